import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { collidingUnderAnyKey, collidingUnderKey } from "../test/collisions.ts";
import { randomInts, shuffled } from "../test/random.ts";
import { anyText } from "../test/strings.ts";
import { Graph } from "./graph.ts";
import { hashAscii } from "./keyed-hash.ts";
import { StringTable } from "./string-table.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const encoder = new TextEncoder();
/** Strings that have broken programs before, among any. */
const text = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("", "a", "b", "ab", "__proto__", "constructor", "\0", "\0\0", "é", "日本") },
  { weight: 1, arbitrary: fc.constantFrom("\ufeff", "\ufeffa", "😀", "😀😀", "\uffff", "\ud7ff\ue000", "a\u0301") },
  { weight: 3, arbitrary: anyText(12) },
  { weight: 2, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 20 }) },
);
const lone = ["\ud800", "\udfff", "a\ud800b", "\udc00\ud800", "😀\ud83d", "\ud83d\ud83d\ude00"];

/** A table of these strings made as a decoder makes it. */
function decoded(texts: readonly string[]): StringTable {
  const parts = texts.map((each) => encoder.encode(each));
  const offsets = new Uint32Array(texts.length + 1);
  parts.forEach((part, i) => {
    offsets[i + 1] = (offsets[i] as number) + part.length;
  });
  const bytes = new Uint8Array(offsets[texts.length] as number);
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  return StringTable.fromBytes(bytes, offsets);
}

function assertHolds(table: StringTable, texts: readonly string[]): void {
  assert.equal(table.length, texts.length);
  assert.equal(table.offsets.length, texts.length + 1);
  assert.deepEqual(
    Array.from(texts, (_, i) => table.at(i)),
    texts,
  );
  assert.deepEqual(Buffer.from(table.bytes), Buffer.from(texts.join("")));
  const latest = new Map(texts.map((each, i) => [each, i]));
  for (const [each, i] of latest) assert.equal(table.indexOf(each), i);
}

describe("StringTable against a Map", () => {
  test("any interns, appends, lookups, reads, copies and reloads in turn", () => {
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("intern", "indexOf"), text }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("append"), text }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("lone"), text: fc.constantFrom(...lone) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom("at", "visit", "trim", "copy", "fromBytes", "select"),
          text: fc.constant(""),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150, size: "max" }), fc.nat(), (actions, seed) => {
        const random = randomInts(seed);
        let table = new StringTable(random(4));
        let texts: string[] = [];
        for (const { do: what, text } of actions) {
          const known = texts.lastIndexOf(text);
          if (what === "intern") {
            assert.equal(table.intern(text), known >= 0 ? known : texts.push(text) - 1);
          } else if (what === "indexOf") {
            assert.equal(table.indexOf(text), known);
          } else if (what === "append") {
            assert.equal(table.append(text), texts.push(text) - 1);
          } else if (what === "lone") {
            assert.deepEqual([table.intern(text), table.append(text), table.indexOf(text)], [-1, -1, -1]);
          } else if (what === "at") {
            const i = random(texts.length);
            if (texts.length > 0) assert.equal(table.at(i), texts[i]);
          } else if (what === "visit") {
            const i = texts.lastIndexOf(texts[random(texts.length)] ?? "none");
            if (i >= 0) assert.equal(table.visit(i), texts[i]);
          } else if (what === "trim") {
            table.trim();
            assert.equal(table.bytes.buffer.byteLength, table.bytes.length);
          } else if (what === "copy") {
            table.intern("from before the copy");
            table = table.copy();
            if (!texts.includes("from before the copy")) texts.push("from before the copy");
          } else if (what === "fromBytes") {
            table = StringTable.fromBytes(table.bytes.slice(), table.offsets.slice());
          } else {
            const rows = shuffled([...texts.keys()], random).slice(0, random(texts.length + 1));
            table = table.select(Uint32Array.from(rows));
            texts = rows.map((row) => texts[row] as string);
          }
        }
        assertHolds(table, texts);
      }),
      { numRuns: 120 },
    );
  });

  test("strings around the longest that is hashed by characters are told apart", () => {
    const texts = [3, 4, 5, 255, 256, 257, 260, 1000].flatMap((length) =>
      ["a", "b", "é"].flatMap((end) => [
        "a".repeat(length) + end,
        `${"a".repeat(length - 1)}b${end}`,
        "a".repeat(length),
      ]),
    );
    const distinct = [...new Set(texts)];
    const table = new StringTable();
    for (const each of distinct) table.intern(each);
    assertHolds(table, distinct);
    assertHolds(decoded(distinct), distinct);
    for (const each of distinct) assert.equal(table.indexOf(`${each}\0`), -1);
  });

  test("a visited string that is added again is found under its new index", () => {
    const table = decoded(["a", "b"]);
    expect(table.visit(0)).toBe("a");
    expect(table.indexOf("a")).toBe(0);
    expect(table.append("a")).toBe(2);
    expect(table.indexOf("a")).toBe(2);
    expect(table.visit(1)).toBe("b");
    expect([table.indexOf("a"), table.indexOf("b")]).toEqual([2, 1]);
  });

  test("thousands of strings of all lengths survive growth, and bulk decoding", () => {
    const random = randomInts(5);
    const alphabet = ["a", "b", "é", "日", "😀", "\ufeff", "\0"];
    const texts = [
      ...new Set(
        Array.from({ length: 5000 }, () => {
          const length = random(10) === 0 ? random(300) : random(8);
          const width = random(2) === 0 ? 2 : alphabet.length;
          return Array.from({ length }, () => alphabet[random(width)]).join("");
        }),
      ),
    ];
    const table = new StringTable();
    for (const each of texts) table.intern(each);
    assertHolds(table, texts);
    assertHolds(decoded(texts), texts);
    // In another order, so that some are decoded alone and the rest at once.
    const reloaded = decoded(texts);
    for (const i of shuffled([...texts.keys()], random)) assert.equal(reloaded.at(i), texts[i]);
  });

  test("strings that follow a bulk decode are right, and so are those before it", () => {
    const table = decoded(Array.from({ length: 200 }, (_, i) => `é${i}`));
    const all = Array.from({ length: 200 }, (_, i) => table.at(i));
    for (let i = 200; i < 800; i++) {
      table.intern(i % 3 ? `n${i}` : `日${i}`);
      all.push(i % 3 ? `n${i}` : `日${i}`);
      if (i % 7 === 0) assert.equal(table.at(i), all[i]);
    }
    assertHolds(table, all);
  });

  test("a string longer than the bulk decoder takes at once, among short ones", () => {
    const long = "日".repeat(5_700_000);
    const texts = ["a", long, "b", "日", ...Array.from({ length: 80 }, (_, i) => `n${i}`)];
    const table = decoded(texts);
    for (let i = texts.length - 1; i >= 0; i--) expect(table.at(i) === texts[i]).toBe(true);
    expect(table.indexOf(long)).toBe(1);
  });

  test("an index out of range is refused, and does no harm", () => {
    const table = new StringTable();
    table.intern("a");
    for (const index of [1, -1, 0.5, Number.NaN, 2 ** 32]) {
      expect(() => table.at(index)).toThrow(/StringTable\.at: expected `index` to be an integer from 0 to 0/);
    }
    expect(table.intern("b")).toBe(1);
    expect(table.at(1)).toBe("b");
    expect(() => new StringTable().at(0)).toThrow(/`index`/);
  });

  test("a failed append leaves bytes and offsets as they were", () => {
    const table = new StringTable();
    table.intern("日本");
    for (const each of lone) table.intern(`fill the buffer with something long ${each}`);
    assertHolds(table, ["日本"]);
  });

  test("a copy and a selection grow by themselves", () => {
    const table = new StringTable();
    for (const each of ["a", "é", "c"]) table.intern(each);
    const copy = table.copy();
    const selected = table.select(Uint32Array.of(2, 0));
    copy.intern("x");
    selected.intern("y");
    table.intern("z");
    assertHolds(table, ["a", "é", "c", "z"]);
    assertHolds(copy, ["a", "é", "c", "x"]);
    assertHolds(selected, ["c", "a", "y"]);
  });

  test("`select` refuses rows that are not there", () => {
    const table = new StringTable();
    table.append("a");
    expect(() => table.select(Uint32Array.of(0, 1))).toThrow(
      "StringTable.select: expected `rows[1]` to be an integer from 0 to 0, got 1",
    );
  });

  test("append makes the new index the one that is found, and select drops the old", () => {
    const table = new StringTable();
    for (let round = 0; round < 5000; round++) {
      expect(table.append("again")).toBe(round);
      expect(table.indexOf("again")).toBe(round);
    }
    table.intern("other");
    expect(table.indexOf("again")).toBe(4999);
    expect(table.intern("again")).toBe(4999);
    assertHolds(table.select(Uint32Array.of(5000, 4999)), ["other", "again"]);
  });

  test("internAll adds what is new, and says where each is, whatever the two tables went through", () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 30 }), fc.array(text, { maxLength: 60 }), (before, added) => {
        const table = new StringTable();
        for (const each of before) table.intern(each);
        const indices = table.internAll(decoded(added));
        const all = [...new Set([...before, ...added])];
        assertHolds(table, all);
        assert.deepEqual(
          [...indices],
          added.map((each) => all.indexOf(each)),
        );
      }),
    );
    const table = new StringTable();
    const many = Array.from({ length: 5000 }, (_, i) => (i % 3 ? `n${i}` : `日${i}`));
    expect([...table.internAll(decoded(many))]).toEqual(many.map((_, i) => i));
    expect([...table.internAll(decoded(many.toReversed()))]).toEqual(many.map((_, i) => 4999 - i));
    assertHolds(table, many);
  });

  test("findDuplicate finds a string that stands twice, wherever", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        const found = decoded(texts).findDuplicate();
        if (found < 0) assert.equal(new Set(texts).size, texts.length);
        else assert.notEqual(texts.indexOf(texts[found] as string), texts.lastIndexOf(texts[found] as string));
      }),
    );
    expect(decoded([]).findDuplicate()).toBe(-1);
    expect(decoded(["", ""]).findDuplicate()).toBe(0);
  });
});

describe("StringTable.fromBytes", () => {
  const ascii = encoder.encode("abcdef");

  test.each([
    ["S17: no offsets at all", ascii, []],
    ["S17: a first offset that is not 0", ascii, [1, 6]],
    ["S17: a last offset before the end", ascii, [0, 5]],
    ["S17: a last offset past the end", ascii, [0, 7]],
    ["S17: an offset that goes backwards", ascii, [0, 4, 2, 6]],
    ["S17: an offset past the end that comes back", ascii, [0, 2 ** 32 - 1, 6]],
    ["S17: bytes and no strings", ascii, [0]],
  ])("%s → IntegrityError", (_name, bytes, offsets) => {
    expect(() => StringTable.fromBytes(bytes, Uint32Array.from(offsets))).toThrow(
      expect.objectContaining({ code: "INTEGRITY" }),
    );
  });

  test.each([
    ["S6: a lone continuation byte", [0x80], [0, 1]],
    ["S6: a lead byte alone", [0xc3], [0, 1]],
    ["S6: an overlong NUL", [0xc0, 0x80], [0, 2]],
    ["S6: an overlong slash of three bytes", [0xe0, 0x80, 0xaf], [0, 3]],
    ["S6: a surrogate", [0xed, 0xa0, 0x80], [0, 3]],
    ["S6: past U+10FFFF", [0xf4, 0x90, 0x80, 0x80], [0, 4]],
    ["S6: a byte that UTF-8 never uses", [0xff], [0, 1]],
    ["S6: a character cut at the end", [0x61, 0xe6, 0x97], [0, 3]],
    ["S6: a good first string and a bad second", [0x61, 0xc3], [0, 1, 2]],
    ["S6: an offset that splits a character", [0xc3, 0xa9], [0, 1, 2]],
    ["S6: an offset that splits a character of four bytes", [0xf0, 0x9f, 0x98, 0x80], [0, 2, 4]],
  ])("%s → InvalidUtf8Error", (_name, bytes, offsets) => {
    expect(() => StringTable.fromBytes(Uint8Array.from(bytes), Uint32Array.from(offsets))).toThrow(
      expect.objectContaining({ code: "INVALID_UTF8" }),
    );
  });

  test("S6: any bytes and offsets are either refused or read as their own UTF-8", () => {
    const byte = fc.constantFrom(0x00, 0x61, 0x7f, 0x80, 0xa9, 0xbf, 0xc0, 0xc3, 0xe6, 0xed, 0xf0, 0xf4, 0xff);
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), fc.array(fc.nat({ max: 6 }), { maxLength: 4 }), (codes, inner) => {
        const bytes = Uint8Array.from(codes);
        const offsets = Uint32Array.from([0, ...inner.sort(), bytes.length]);
        let expected: string[] | undefined;
        try {
          if (inner.every((offset) => offset <= bytes.length)) {
            expected = [...inner, bytes.length].map((to, i) => strict.decode(bytes.subarray(offsets[i], to)));
          }
        } catch {
          expected = undefined;
        }
        if (expected) assertHolds(StringTable.fromBytes(bytes, offsets), expected);
        else assert.throws(() => StringTable.fromBytes(bytes, offsets), /string table/);
      }),
      { numRuns: 1000 },
    );
  });

  test("a refused table does not spoil the next one", () => {
    expect(() => StringTable.fromBytes(Uint8Array.of(0xf0, 0x9f), Uint32Array.of(0, 2))).toThrow();
    expect(decoded(["é"]).at(0)).toBe("é");
  });
});

describe("S18: crafted strings", () => {
  const count = 100_000;
  const usual = (length: number): string[] =>
    Array.from({ length: count }, (_, i) => flat(Math.imul(i, 0x9e3779b1).toString(36).padStart(length, "usual ")));

  /** As a decoder would make it: one piece, not a rope whose pieces are joined on first use. */
  function flat(text: string): string {
    return Buffer.from(text).toString();
  }

  /** Interns all, finds all again, and does not find the others. Returns how many keys the table has drawn. */
  function exercise(texts: readonly string[], others: readonly string[] = []): number {
    const draws = vi.spyOn(Math, "random");
    const before = draws.mock.calls.length;
    const table = new StringTable();
    for (const each of texts) table.intern(each);
    for (let i = 0; i < texts.length; i++) assert.equal(table.indexOf(texts[i] as string), i);
    for (const each of others) assert.equal(table.indexOf(each), -1);
    return draws.mock.calls.length - before;
  }

  test("usual strings never need SipHash", () => {
    expect(exercise(usual(8))).toBe(1);
    expect(exercise(Array.from({ length: count }, (_, i) => `n${i}`))).toBe(1);
    expect(exercise(Array.from({ length: 30_000 }, (_, i) => `node_${i * 64}`))).toBe(1);
    expect(exercise(Array.from({ length: 30_000 }, (_, i) => `日${i}`))).toBe(1);
    expect(exercise(Array.from({ length: 30_000 }, (_, i) => String.fromCodePoint(0x10000 + i)))).toBe(1);
  });

  test("100,000 ids that collide under a stolen key: SipHash takes over, in linear time", () => {
    const crafted = collidingUnderKey(0, count * 1.1);
    const texts = crafted.slice(0, count);
    expect(texts.length).toBe(count);
    expect(new Set(crafted.map((each) => hashAscii(each, 0))).size).toBe(1);
    const plain = usual(8);
    expectCostBelow(
      60,
      () => {
        // Only the first key is known; what the table draws later is not.
        vi.spyOn(Math, "random").mockReturnValueOnce(0);
        expect(exercise(texts, crafted.slice(count))).toBe(2);
      },
      () => expect(exercise(plain)).toBe(1),
    );
  });

  test("100,000 ids that collide in large groups under every key: SipHash takes over, in linear time", () => {
    for (const key of [1, -5, 0x12345678]) {
      const sizes = new Map<number, number>();
      for (const each of collidingUnderAnyKey(12)) {
        const h = hashAscii(each, key);
        sizes.set(h, (sizes.get(h) ?? 0) + 1);
      }
      // Proof that the attack works: chance would give 4,096 strings as many hashes.
      expect(sizes.size).toBeLessThan(400);
      expect(Math.max(...sizes.values())).toBeGreaterThan(50);
    }
    const crafted = collidingUnderAnyKey(17).slice(0, count).map(flat);
    const plain = usual((crafted[0] as string).length);
    expectCostBelow(
      60,
      () => expect(exercise(crafted)).toBe(2),
      () => expect(exercise(plain)).toBe(1),
    );
    // The same as bytes, as a decoder meets them.
    const [hostile, usualBytes] = [decoded(crafted), decoded(plain)];
    expectCostBelow(
      60,
      () => expect(hostile.copy().findDuplicate()).toBe(-1),
      () => expect(usualBytes.copy().findDuplicate()).toBe(-1),
    );
  });

  test("colliding ids of another table: SipHash takes over, whether they are there already or new", () => {
    const crafted = collidingUnderKey(0, 6000);
    const [old, added] = [crafted.slice(0, 3000), crafted.slice(2000)];
    for (const start of [[], old]) {
      vi.spyOn(Math, "random").mockReturnValueOnce(0);
      const table = decoded(start);
      expect([...table.internAll(decoded(added))]).toEqual(added.map((_, i) => (start.length === 0 ? i : i + 2000)));
      for (const [i, each] of added.entries()) assert.equal(table.indexOf(each), start.length === 0 ? i : i + 2000);
      assert.equal(table.indexOf("another"), -1);
    }
  });

  test("100,000 times the same id, as bytes, is told in linear time", () => {
    const plain = decoded(usual(8));
    const hostile = decoded(new Array(count).fill("the same"));
    expectCostBelow(
      60,
      () => expect(hostile.copy().findDuplicate()).toBeGreaterThanOrEqual(0),
      () => expect(plain.copy().findDuplicate()).toBe(-1),
    );
  });

  test("an id that is removed and added again 20,000 times stays cheap when the table grows", () => {
    const others = usual(8);
    const fresh = Array.from({ length: 20_000 }, (_, i) => `n${i}`);
    const draws = vi.spyOn(Math, "random");
    const run = (next: (i: number) => string) => () => {
      const table = new StringTable();
      const before = draws.mock.calls.length;
      for (const each of others.slice(0, 20_000)) table.intern(each);
      for (let i = 0; i < 20_000; i++) table.append(next(i));
      for (const each of others.slice(20_000)) table.intern(each);
      expect(table.indexOf(next(19_999))).toBe(39_999);
      expect(draws.mock.calls.length).toBe(before);
    };
    expectCostBelow(
      10,
      run(() => "again"),
      run((i) => fresh[i] as string),
    );
  });

  test("a graph with crafted ids works", () => {
    const draws = vi.spyOn(Math, "random").mockReturnValue(0);
    const ids = collidingUnderKey(0, 3000);
    const graph = new Graph();
    const before = draws.mock.calls.length;
    for (const id of ids) graph.addNode(id);
    expect(draws.mock.calls.length).toBe(before + 1);
    for (const id of ids) graph.addEdge(id, ids[0] as string);
    for (const id of ids.slice(1, 2000)) graph.removeNode(id);
    graph.addNode(ids[1] as string);
    expect(graph.nodes()).toEqual([ids[0], ...ids.slice(2000), ids[1]]);
    expect(graph.degree(ids[0] as string, { direction: "in" })).toBe(1001);
  });
});
