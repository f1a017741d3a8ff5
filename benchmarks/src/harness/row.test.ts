import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRow, median, type RowInput, ratioOf, type Sample, timeIn } from "./row.ts";
import type { Unit } from "./workload.ts";

function sample(wallMs: number, extra: Partial<Sample> = {}): Sample {
  return { wallMs, cpuMs: wallMs * 2, operations: 1, quantities: {}, ...extra };
}

function input(extra: Partial<RowInput> = {}): RowInput {
  return {
    area: "core",
    name: "build",
    unit: "ms",
    quantity: "time",
    target: 5,
    ours: { version: "1.0.0", samples: [10, 30, 20].map((ms) => sample(ms)) },
    peer: "other",
    theirs: { version: "2.0.0", samples: [100, 90, 400].map((ms) => sample(ms)) },
    ...extra,
  };
}

describe("median", () => {
  it("takes the middle of an odd number and the mean of the middle two of an even one", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([10, 9, 100])).toBe(10);
  });

  it("refuses no values", () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it("lies within the values, and at least half of them lie on either side", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(values.length);
        expect(values.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(values.length);
      }),
    );
  });

  it("leaves its argument as it was", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("ratioOf", () => {
  const cases: readonly [Unit, number, number][] = [
    ["ms", 1, 5],
    ["ns/op", 1, 5],
    ["MB", 1, 5],
    ["bytes", 1, 5],
    ["ops/s", 5, 1],
    ["MB/s", 5, 1],
    ["edges per cut edge", 5, 1],
    ["ideal ÷ reached", 5, 1],
  ];
  it.each(cases)("is above 1 when ours is better, in %s", (unit, better, worse) => {
    expect(ratioOf(unit, better, worse)).toBe(5);
    expect(ratioOf(unit, worse, better)).toBe(0.2);
  });
});

describe("timeIn", () => {
  it("converts", () => {
    expect(timeIn("ms", 12, 4)).toBe(12);
    expect(timeIn("ns/op", 12, 4)).toBe(3e6);
    expect(timeIn("ops/s", 500, 4)).toBe(8);
  });

  it("refuses a unit that is not one of time", () => {
    expect(() => timeIn("MB", 1, 1)).toThrow("MB");
  });
});

describe("makeRow", () => {
  it("compares medians of wall and of CPU time", () => {
    expect(makeRow(input())).toEqual({
      area: "core",
      name: "build",
      unit: "ms",
      ours: 20,
      peer: "other",
      peerVersion: "2.0.0",
      peerValue: 100,
      ratio: 5,
      target: 5,
      met: true,
      oursCpu: 40,
      peerCpu: 200,
      cpuRatio: 5,
      rounds: 3,
      oursRange: [10, 30],
      peerRange: [90, 400],
    });
  });

  it("misses a target that the ratio does not reach, and has none without a target", () => {
    expect(makeRow(input({ target: 5.01 })).met).toBe(false);
    expect(makeRow(input({ target: undefined }))).toMatchObject({ target: null, met: null });
  });

  it("reports a recorded quantity without CPU time", () => {
    const memory = (megabytes: number): Sample => sample(1, { quantities: { memory: megabytes } });
    const row = makeRow(
      input({
        unit: "MB",
        quantity: "memory",
        ours: { version: "1", samples: [memory(10)] },
        theirs: { version: "2", samples: [memory(85)] },
      }),
    );
    expect(row).toMatchObject({ ours: 10, peerValue: 85, ratio: 8.5, oursCpu: null, peerCpu: null, cpuRatio: null });
  });

  it("refuses a quantity that nobody recorded", () => {
    expect(() => makeRow(input({ unit: "MB", quantity: "memory" }))).toThrow('did not record "memory"');
  });

  it("counts a peer that could not finish as beaten, and says why", () => {
    const row = makeRow(input({ theirs: { version: "2.0.0", samples: [], failure: "out of memory" } }));
    expect(row).toMatchObject({ peerValue: null, ratio: null, met: true, cpuRatio: null, note: "out of memory" });
  });
});
