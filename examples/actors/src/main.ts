// A bank over three processes, one of which is killed while transfers are under way; with `--router nats` over NATS.
import { networkFrom } from "@graphoid/example-network";
import { ActorSystem } from "./actor-system.ts";
import { type Entry, journal, type Transfer } from "./bank.ts";
import { Supervisor } from "./supervisor.ts";

const ACCOUNTS = 12;
const TELLERS = 6;
const TRANSFERS = 300;
const OPENING = 100;

const { network } = await networkFrom(process.argv.slice(2));
await using system = await ActorSystem.start("main", { journal }, network);
const supervisor = new Supervisor(system);
const book = await supervisor.spawn("journal", "journal", null, { here: true });
const script = new URL("./worker.js", import.meta.url);
const workers = await Promise.all([0, 1, 2].map((i) => supervisor.startHost(`worker_${i}`, script)));
for (const { pid } of workers) console.log(`worker: process ${pid}`);

const accounts = Array.from({ length: ACCOUNTS }, (_, i) => `account_${i}`);
for (const id of accounts) {
  await system.ask(await supervisor.spawn(id, "account"), "change", OPENING, `${id} opened`);
}
const tellers = await Promise.all(Array.from({ length: TELLERS }, (_, i) => supervisor.spawn(`teller_${i}`, "teller")));

// All transfers at once. When a third is through, the second worker is killed, as `kill -9` does.
let settled = 0;
const outcomes = await Promise.all(
  Array.from({ length: TRANSFERS }, async (_, i) => {
    const from = accounts[(i * 7) % ACCOUNTS] as string;
    const to = accounts[(i * 5 + 1) % ACCOUNTS] as string;
    const order: Transfer = { id: `transfer_${i}`, from, to, amount: 1 + ((i * 13) % 40) };
    const outcome = await system.ask(tellers[i % TELLERS] as (typeof tellers)[0], "transfer", { ...order }, order.id);
    if (++settled === TRANSFERS / 3) workers[1]?.kill("SIGKILL");
    return outcome;
  }),
);

const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
console.log(`${count("done")} transfers done, ${count("refused")} refused; ${supervisor.moved} actors moved`);
const balances = await Promise.all(accounts.map((id) => system.ask(system.ref(id), "balance", null, "read")));
const total = (balances as number[]).reduce((sum, balance) => sum + balance, 0);
console.log(`in all accounts: ${total} of ${ACCOUNTS * OPENING}; least: ${Math.min(...(balances as number[]))}`);

// The journal, entry by entry: no account was ever below zero, and each transfer has both its sides or none.
const held = new Map<string, number>();
const sides = new Map<string, number>();
let least = 0;
for (const { account, key, amount } of (await system.ask(book, "entries")) as readonly Entry[]) {
  held.set(account, (held.get(account) ?? 0) + amount);
  least = Math.min(least, held.get(account) as number);
  const [transfer = "", side] = key.split(" ");
  if (side !== "opened") sides.set(transfer, (sides.get(transfer) ?? 0) + 1);
}
const whole = [...sides.values()].every((both) => both === 2) && sides.size === count("done");
const agrees = accounts.every((id, i) => held.get(id) === balances[i]);
console.log(
  `journal: ${whole ? "every transfer whole" : "HALF A TRANSFER"}, ${agrees ? "as the accounts say" : "NOT AS THE ACCOUNTS SAY"}, ${least < 0 ? "BELOW ZERO" : "never below zero"}`,
);
await supervisor.close();
