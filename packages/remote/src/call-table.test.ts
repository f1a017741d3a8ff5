import fc from "fast-check";
import { expect, it } from "vitest";
import { CallTable } from "./call-table.ts";

/** What a table must do, said plainly. */
class Model {
  readonly open = new Map<number, object>();
  readonly given = new Set<number>();
  readonly generations: number;
  constructor(generations: number) {
    this.generations = generations;
  }
}

class Open implements fc.Command<Model, CallTable<object>> {
  check(): boolean {
    return true;
  }
  run(model: Model, table: CallTable<object>): void {
    expect(table.full).toBe(model.open.size >= LIMIT);
    if (table.full) return;
    const call = {};
    const id = table.open(call);
    expect(Number.isSafeInteger(id) && id > 0).toBe(true);
    expect(model.given.has(id)).toBe(false);
    expect(Math.floor(id / 2 ** 20)).toBeLessThanOrEqual(model.generations);
    model.given.add(id);
    model.open.set(id, call);
  }
  toString = (): string => "open";
}

class Close implements fc.Command<Model, CallTable<object>> {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check(model: Readonly<Model>): boolean {
    return model.given.size > 0;
  }
  run(model: Model, table: CallTable<object>): void {
    const ids = [...model.given];
    const id = ids[this.pick % ids.length]!;
    expect(table.close(id)).toBe(model.open.delete(id));
  }
  toString = (): string => `close(${this.pick})`;
}

class Look implements fc.Command<Model, CallTable<object>> {
  check(): boolean {
    return true;
  }
  run(model: Model, table: CallTable<object>): void {
    for (const id of model.given) expect(table.get(id)).toBe(model.open.get(id));
    expect(table.size).toBe(model.open.size);
    expect(new Set(table.all())).toEqual(new Set(model.open.values()));
  }
  toString = (): string => "look";
}

const LIMIT = 5;

it("R10: finds every open call by its id and nothing by any other, while ids wrap round", () => {
  const commands = fc.commands(
    [fc.constant(new Open()), fc.nat(200).map((pick) => new Close(pick)), fc.constant(new Look())],
    {
      size: "+1",
      maxCommands: 200,
    },
  );
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 4 }), (steps, generations) => {
      fc.modelRun(() => ({ model: new Model(generations), real: new CallTable<object>(LIMIT, generations) }), steps);
    }),
    { numRuns: 100 },
  );
});

it("R10: retires a slot after its last generation, with another call open all the while", () => {
  const table = new CallTable<string>(2, 3);
  const long = table.open("long");
  const seen = new Set([long]);
  for (let i = 0; i < 100; i++) {
    const id = table.open("short");
    expect(seen.has(id)).toBe(false);
    seen.add(id);
    expect(table.get(long)).toBe("long");
    expect(table.close(id)).toBe(true);
    for (const old of seen) if (old !== long) expect(table.get(old)).toBeUndefined();
  }
});

it("takes any number for an id", () => {
  const table = new CallTable<string>(2);
  const id = table.open("a");
  for (const bad of [0, -1, -id, id + 0.5, id + 1, id + 2 ** 20, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0]) {
    expect(table.get(bad)).toBeUndefined();
    expect(table.close(bad)).toBe(false);
  }
  expect(table.get(id)).toBe("a");
});

it("never gives the id 0, which sends have", () => {
  expect(new CallTable<string>(1).open("a")).toBeGreaterThan(0);
});

it("is full at its limit and has room again after a call ended", () => {
  const table = new CallTable<number>(3);
  const ids = [1, 2, 3].map((call) => table.open(call));
  expect(table.full).toBe(true);
  expect(table.close(ids[1]!)).toBe(true);
  expect(table.close(ids[1]!)).toBe(false);
  expect([table.full, table.size]).toEqual([false, 2]);
});
