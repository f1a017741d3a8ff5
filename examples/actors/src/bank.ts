import type { Value } from "@graphoid/distribution";
import type { Behaviour } from "./actor-system.ts";

// A bank of actors. Its policy: what is not in the journal has not happened. An account writes a change to the journal
// before it answers; a teller writes a transfer there before it begins. So whoever is restarted, elsewhere or here, reads
// there what it was and what it had begun, and each change, known by its key, is made once.

/** A change of an account. */
export interface Entry {
  readonly account: string;
  /** Of the account's actor when it wrote this. */
  readonly epoch: number;
  /** The transfer and its side: what makes the change once. */
  readonly key: string;
  readonly amount: number;
}

export interface Transfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

type Outcome = "done" | "refused";

/** The journal. It runs beside the supervisor, and lives as long. */
export const journal: Behaviour = () => {
  const entries: Entry[] = [];
  const keys = new Set<string>();
  const epochs = new Map<string, number>();
  const begun = new Map<string, { readonly teller: string; readonly transfer: Transfer; outcome?: Outcome }>();
  return ({ name, payload }): Value => {
    switch (name) {
      // An account that begins, or begins anew. From now on, an older one of that name is not believed.
      case "open": {
        const { account, epoch } = payload as Pick<Entry, "account" | "epoch">;
        epochs.set(account, Math.max(epoch, epochs.get(account) ?? 0));
        return entries.filter((entry) => entry.account === account);
      }
      case "append": {
        const entry = payload as Entry;
        if (entry.epoch !== epochs.get(entry.account)) throw new Error(`${entry.account} has been replaced`);
        if (!keys.has(entry.key)) entries.push(entry);
        keys.add(entry.key);
        return null;
      }
      case "begin": {
        const { teller, transfer } = payload as { readonly teller: string; readonly transfer: Transfer };
        const known = begun.get(transfer.id);
        if (!known) begun.set(transfer.id, { teller, transfer });
        return known?.outcome ?? null;
      }
      case "end": {
        const { id, outcome } = payload as { readonly id: string; readonly outcome: Outcome };
        const known = begun.get(id);
        if (known) known.outcome = outcome;
        return null;
      }
      case "unfinished":
        return [...begun.values()].filter(({ teller, outcome }) => teller === payload && !outcome);
      case "entries":
        return entries;
      default:
        throw new Error(`the journal knows no ${name}`);
    }
  };
};

/** An account: never below zero. */
export const account: Behaviour = async ({ id, epoch, system }) => {
  const book = system.ref("journal");
  const past = (await system.ask(book, "open", { account: id, epoch })) as readonly Entry[];
  let balance = past.reduce((sum, { amount }) => sum + amount, 0);
  const known = new Set(past.map(({ key }) => key));
  return async ({ name, payload, key = "" }) => {
    if (name === "balance") return balance;
    if (name !== "change") throw new Error(`an account knows no ${name}`);
    const amount = payload as number;
    if (known.has(key)) return true;
    if (balance + amount < 0) return false;
    await system.ask(book, "append", { account: id, epoch, key, amount } satisfies Entry);
    known.add(key);
    balance += amount;
    return true;
  };
};

/** A teller moves money: out of one account, then into the other. What it had begun when it died, it does when it begins. */
export const teller: Behaviour = async ({ id, system }) => {
  const book = system.ref("journal");
  const transfer = async (order: Transfer): Promise<Outcome> => {
    const outcome = await system.ask(book, "begin", { teller: id, transfer: order });
    if (outcome !== null) return outcome as Outcome;
    const taken = await system.ask(system.ref(order.from), "change", -order.amount, `${order.id} out`);
    if (taken) await system.ask(system.ref(order.to), "change", order.amount, `${order.id} in`);
    const reached = taken ? "done" : "refused";
    await system.ask(book, "end", { id: order.id, outcome: reached });
    return reached;
  };
  const unfinished = (await system.ask(book, "unfinished", id)) as readonly { readonly transfer: Transfer }[];
  const resumed = Promise.all(unfinished.map((begun) => transfer(begun.transfer)));
  return async ({ payload }) => {
    await resumed;
    return transfer(payload as Transfer);
  };
};
