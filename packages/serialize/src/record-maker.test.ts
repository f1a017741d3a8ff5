import { describe, expect, it } from "vitest";
import { type FieldReader, recordMaker } from "./record-maker.ts";

/** Keys that would be code if anything but string literals of them went into the source. */
const KEYS = [
  '"',
  "\\",
  "\n",
  "\u2028",
  "'",
  "`",
  "*/",
  '":0,x:(globalThis.ranCode=true),"',
  '\\":(globalThis.ranCode=true),"',
];

/** Gives 1, 2, 3 …, and finds every key but the one at `wrong`. */
function reader(wrong = -1): FieldReader {
  let next = 0;
  return {
    value: () => ++next,
    passKey: (_known, index) => index !== wrong,
    otherFields: (record, read) => [record, read],
  };
}

describe("recordMaker", () => {
  it.each(KEYS)("makes an object with the key %j, and runs nothing of it", (key) => {
    for (const checked of [false, true]) {
      const make = recordMaker([key, "b"], checked);
      expect(make?.(reader(), undefined, 1)).toEqual({ [key]: 1, b: 2 });
    }
    expect("ranCode" in globalThis).toBe(false);
  });

  it("gives what it has read to the reader when a key is another", () => {
    const make = recordMaker(["a", "b", "c"], true);
    expect([0, 1, 2].map((wrong) => make?.(reader(wrong), undefined, 1))).toEqual([
      [{}, 0],
      [{ a: 1 }, 1],
      [{ a: 1, b: 2 }, 2],
    ]);
  });

  it("makes nothing for keys that need more than a field", () => {
    expect(recordMaker(["a", "__proto__"], false)).toBeUndefined();
    expect(recordMaker(["1023"], false)).toBeUndefined();
  });
});
