import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";
import { type Actor, ActorSystem, type Behaviour } from "../src/actor-system.ts";
import { type Entry, journal } from "../src/bank.ts";
import { Supervisor } from "../src/supervisor.ts";

const built = (name: string): string => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

it("a bank over three processes, one of which is killed: no money is invented or lost", {
  timeout: 120_000,
}, async () => {
  const { code, out, err } = await runProgram(built("main"));
  expect(err).toBe("");
  expect(code).toBe(0);
  const [, done = "", refused = "", moved = ""] =
    /^(\d+) transfers done, (\d+) refused; (\d+) actors moved$/m.exec(out) ?? [];
  expect(Number(done) + Number(refused)).toBe(300);
  expect(Number(done)).toBeGreaterThan(0);
  // A third of the accounts and tellers.
  expect(Number(moved)).toBe(6);
  expect(out).toMatch(/^in all accounts: 1200 of 1200; least: \d+$/m);
  expect(out).toContain("journal: every transfer whole, as the accounts say, never below zero");
  for (const [, pid] of out.matchAll(/process (\d+)/g)) expect(isRunning(Number(pid))).toBe(false);
});

describe("three hosts", { timeout: 120_000 }, () => {
  let system: ActorSystem;
  let supervisor: Supervisor;
  beforeAll(async () => {
    system = await ActorSystem.start("main", { journal });
    supervisor = new Supervisor(system);
    await supervisor.spawn("journal", "journal", null, { here: true });
    const script = pathToFileURL(built("worker"));
    for (const name of ["a", "b", "c"]) await supervisor.startHost(name, script);
  }, 120_000);
  afterAll(async () => {
    await supervisor.close();
    await system.close();
  });

  it("a teller at one host reaches accounts at others, by nothing but their ids", async () => {
    const [teller] = await Promise.all([
      supervisor.spawn("teller", "teller"),
      supervisor.spawn("x", "account"),
      supervisor.spawn("y", "account"),
    ]);
    expect(new Set(["teller", "x", "y"].map((id) => system.directory.get(id)?.host)).size).toBe(3);
    await system.ask(system.ref("x"), "change", 10, "x opened");
    const order = { id: "t1", from: "x", to: "y", amount: 7 };
    expect(await system.ask(teller!, "transfer", order, "t1")).toBe("done");
    // The same again is not done again.
    expect(await system.ask(teller!, "transfer", order, "t1")).toBe("done");
    expect(await system.ask(teller!, "transfer", { ...order, id: "t2" }, "t2")).toBe("refused");
    expect(await system.ask(system.ref("y"), "balance")).toBe(7);
  });

  it("an error reaches the sender, and the actor is made anew from the journal", async () => {
    const account = await supervisor.spawn("z", "account");
    await system.ask(account, "change", 5, "z opened");
    await expect(system.ask(account, "dance")).rejects.toMatchObject({
      message: expect.stringContaining("knows no dance"),
    });
    expect(await system.ask(account, "balance")).toBe(5);
  });

  it("who has a successor cannot write: a process that was only thought dead cannot spend", async () => {
    const book = system.ref("journal");
    await system.ask(book, "open", { account: "ghost", epoch: 2 });
    const late: Entry = { account: "ghost", epoch: 1, key: "late", amount: 1 };
    await expect(system.ask(book, "append", { ...late })).rejects.toMatchObject({
      message: expect.stringContaining("ghost has been replaced"),
    });
  });
});

describe("one host", () => {
  const counting =
    (onMake: () => void): Behaviour =>
    () => {
      onMake();
      let count = 0;
      const actor: Actor = ({ name }) => {
        if (name === "fail") throw new Error("as it was told");
        return ++count;
      };
      return actor;
    };

  it.each([
    { onError: "restart", maxRestarts: 1, counts: [1, 1], end: "ROUTE" },
    { onError: "resume", maxRestarts: 0, counts: [1, 2], end: undefined },
    { onError: "stop", maxRestarts: 0, counts: [1], end: "ROUTE" },
  ] as const)("supervision: $onError", async ({ onError, maxRestarts, counts, end }) => {
    let made = 0;
    await using system = await ActorSystem.start("alone", { counter: counting(() => made++) });
    await system.run({
      id: "counter",
      behaviour: "counter",
      parameters: null,
      supervision: { onError, maxRestarts },
      epoch: 1,
    });
    const counter = system.ref("counter");
    for (const expected of counts) {
      expect(await system.ask(counter, "count")).toBe(expected);
      await expect(system.ask(counter, "fail")).rejects.toThrow("as it was told");
    }
    const next = system.ask(counter, "count");
    // An actor that has stopped is nowhere.
    if (end === undefined) expect(await next).toBe(3);
    else await expect(next).rejects.toMatchObject({ code: end });
    expect(made).toBe(onError === "restart" ? 2 : 1);
  });

  it("an actor gets one message at a time, in order", async () => {
    let inside = 0;
    const seen: unknown[] = [];
    const slow: Behaviour =
      () =>
      async ({ payload }) => {
        expect(inside++).toBe(0);
        await new Promise(setImmediate);
        seen.push(payload);
        inside--;
      };
    await using system = await ActorSystem.start("alone", { slow });
    await system.run({
      id: "slow",
      behaviour: "slow",
      parameters: null,
      supervision: { onError: "stop", maxRestarts: 0 },
      epoch: 1,
    });
    await Promise.all([1, 2, 3, 4].map((n) => system.ask(system.ref("slow"), "take", n)));
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});
