import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { randomInts } from "../test/random.ts";
import { sameUnrolled } from "../test/same-unrolled.ts";
import { anyRecipe, Box, build, Opaque, TestRef } from "../test/values.ts";
import { DepthLimitError, equals, Graph, GraphoidError, hashValue, NotFoundError, type Value } from "./index.ts";

/** A recipe and one that differs in at most one cell. */
const nearly = anyRecipe().chain((recipe) =>
  fc.tuple(fc.constant(recipe), anyRecipe({ cells: recipe.length }), fc.nat()).map(([recipe, other, at]) => {
    const changed = [...recipe];
    const cell = other[at % other.length];
    // Only cells that find all that they refer to.
    if (cell && other.length <= recipe.length) changed[at % other.length] = cell;
    return [recipe, changed] as const;
  }),
);

describe("equals: laws", () => {
  test("two builds of one recipe are equal, however they share, unroll and order their parts", () => {
    fc.assert(
      fc.property(anyRecipe(), fc.nat(), (recipe, seed) => {
        const a = build(recipe);
        const b = build(recipe, { copies: 2, random: randomInts(seed) });
        const c = build(recipe, { copies: 3, random: randomInts(seed + 1) });
        assert.ok(sameUnrolled(a, b), "the oracle");
        assert.ok(equals(a, a) && equals(a, b) && equals(b, a) && equals(b, c));
        assert.equal(hashValue(a), hashValue(b));
        assert.equal(hashValue(b), hashValue(c));
      }),
      { numRuns: 300 },
    );
  });

  test("agrees with an independent comparison, both ways, and equal values have equal hashes", () => {
    let equal = 0;
    let tried = 0;
    fc.assert(
      fc.property(
        fc.oneof(nearly, fc.tuple(anyRecipe({ cells: 2 }), anyRecipe({ cells: 2 }))),
        fc.nat(),
        (recipes, seed) => {
          const a = build(recipes[0]);
          const b = build(recipes[1], { copies: 2, random: randomInts(seed) });
          const expected = sameUnrolled(a, b);
          tried++;
          assert.equal(equals(a, b), expected);
          assert.equal(equals(b, a), expected);
          if (expected) {
            equal++;
            assert.equal(hashValue(a), hashValue(b));
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(equal).toBeGreaterThan(tried / 20);
  });

  test("is transitive over triples that share parts", () => {
    // All of one pool of objects, so that identity and equality disagree as often as they can.
    const shape = fc.record({
      kind: fc.constantFrom("map", "map", "set", "list"),
      members: fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(shape, { minLength: 3, maxLength: 3 }), (shapes) => {
        const keys: Value[] = [[], [], [[]]];
        const items: Value[] = [1, 2, keys[0] as Value];
        const values = shapes.map(({ kind, members }) => {
          const entries = members.map(([a, b]) => [keys[a] as Value, items[b] as Value] as const);
          if (kind === "map") return new Map(entries);
          return kind === "set" ? new Set(entries.map(([item]) => item)) : entries.map(([item]) => item);
        });
        for (const a of values) {
          for (const b of values) {
            assert.equal(equals(a, b), sameUnrolled(a, b));
            for (const c of values) if (equals(a, b) && equals(b, c)) assert.ok(equals(a, c));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("equals: cases", () => {
  const holey = Object.assign(new Array<number>(2), { 1: 1 });
  const error = (change: object) => Object.assign(new Error("m"), change);
  const pairs: [string, unknown, unknown, boolean][] = [
    ["NaN is NaN", Number.NaN, Number.NaN, true],
    ["0 is not -0", 0, -0, false],
    ["1 is not 1n", 1, 1n, false],
    ["null is not undefined", null, undefined, false],
    ["null is not an empty record", null, {}, false],
    ["an empty list is not an empty record", [], {}, false],
    ["an empty map is not an empty set", new Map(), new Set(), false],
    ["a record is not a map", { a: 1 }, new Map([["a", 1]]), false],
    ["order of fields", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["an absent field is undefined", { a: 1, b: undefined }, { a: 1 }, true],
    ["another absent field", { a: 1, b: undefined }, { a: 1, c: undefined }, true],
    ["an absent field is not null", { a: null }, {}, false],
    ["inherited fields do not count", { toString: 1 }, {}, false],
    ["own __proto__", JSON.parse('{"__proto__":1}'), {}, false],
    ["own __proto__ twice", JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}'), true],
    ["no prototype at all", Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
    ["lengths of lists", [1, 2], [1, 2, 3], false],
    ["a hole is not a number", holey, [5, 1], false],
    ["a number is not a hole", [5, 1], holey, false],
    ["a hole is undefined", holey, [undefined, 1], true],
    ["undefined in a list is not null", [undefined], [null], false],
    ["order of lists", [1, 2], [2, 1], false],
    ["order of sets", new Set([1, 2]), new Set([2, 1]), true],
    ["deep members", new Set([[1], [2]]), new Set([[2], [1]]), true],
    ["deep members that differ", new Set([[1], [1]]), new Set([[1], [2]]), false],
    ["equal members count", new Set([[1], [1]]), new Set([[1], [1]]), true],
    ["a member that is a number is not a list", new Set([1]), new Set([[1]]), false],
    ["deep keys", new Map([[{ a: 1 }, "x"]]), new Map([[{ a: 1 }, "x"]]), true],
    ["deep keys with other values", new Map([[{ a: 1 }, "x"]]), new Map([[{ a: 1 }, "y"]]), false],
    [
      "equal keys, values crossed",
      new Map([
        [[], 1],
        [[], 2],
      ]),
      new Map([
        [[], 2],
        [[], 1],
      ]),
      true,
    ],
    [
      "equal keys, values not the same",
      new Map([
        [[], 1],
        [[], 1],
      ]),
      new Map([
        [[], 1],
        [[], 2],
      ]),
      false,
    ],
    [
      "null and NaN as keys",
      new Map([
        [null, 1],
        [Number.NaN, 2],
      ]),
      new Map([
        [Number.NaN, 2],
        [null, 1],
      ]),
      true,
    ],
    ["a key null is not a key list", new Map([[null, 1]]), new Map([[[], 1]]), false],
    ["maps nested in keys", new Map([[new Map([[[1], 2]]), 3]]), new Map([[new Map([[[1], 2]]), 3]]), true],
    ["registered symbols", Symbol.for("a"), Symbol.for("a"), true],
    ["unregistered symbols", Symbol("a"), Symbol("a"), false],
    ["dates", new Date(5), new Date(5), true],
    ["dates that differ", new Date(5), new Date(6), false],
    ["a date is not its number", new Date(5), 5, false],
    ["invalid dates", new Date(Number.NaN), new Date(Number.NaN), true],
    ["element types", new Uint8Array([1]), new Int8Array([1]), false],
    ["clamped", new Uint8Array([1]), new Uint8ClampedArray([1]), false],
    ["bits of vectors", new Float32Array([0]), new Float32Array([-0]), false],
    ["NaN in vectors", new Float32Array([Number.NaN]), new Float32Array([Number.NaN]), true],
    ["views of other places", new Uint8Array([0, 7]).subarray(1), new Uint8Array([7]), true],
    ["Node's Buffer is bytes", Buffer.from([1, 2]), new Uint8Array([1, 2]), true],
    ["a vector is not a list", new Uint8Array([1]), [1], false],
    ["functions by identity", Math.max, Math.max, true],
    ["functions", () => 1, () => 1, false],
    ["opaque objects", new Opaque(), new Opaque(), false],
    ["opaque objects in members", new Set([[new Opaque()]]), new Set([[new Opaque()]]), false],
    ["regular expressions are opaque", /a/, /a/, false],
    ["boxes", new Box([1]), new Box([1]), true],
    ["boxes that differ", new Box([1]), new Box([2]), false],
    ["a box is not its content", new Box([1]), [[1]], false],
    ["references", new TestRef("a"), new TestRef("a"), true],
    ["references of other incarnations", new TestRef("a", "1"), new TestRef("a", "2"), false],
    ["errors, stacks apart", new Error("m"), new Error("m"), true],
    ["messages", new Error("m"), new Error("n"), false],
    ["classes of errors", new Error("m"), new TypeError("m"), false],
    ["codes", new GraphoidError("A", "m"), new GraphoidError("B", "m"), false],
    ["details", new NotFoundError("m", { details: { a: 1 } }), new NotFoundError("m", { details: { a: 2 } }), false],
    ["causes", new Error("m", { cause: [1] }), new Error("m", { cause: [1] }), true],
    ["causes that differ", new Error("m", { cause: 1 }), new Error("m"), false],
    ["a code that was added", error({ code: "X" }), error({ code: "X" }), true],
    ["strings with a lone surrogate", "\ud800", "\ud800", true],
    ["lone surrogates in members", new Set([["\ud800"]]), new Set([["\ud800"]]), true],
    ["lone surrogates in members' keys", new Set([{ "\ud800": 1 }]), new Set([{ "\ud800": 1 }]), true],
    ["lone surrogates that differ in members", new Set([["\ud800"]]), new Set([["\udfff"]]), false],
    ["unregistered symbols in members", new Set([[Symbol("a")]]), new Set([[Symbol("a")]]), false],
  ];

  test.each(pairs)("%s", (_name, a, b, expected) => {
    expect(equals(a, b)).toBe(expected);
    expect(equals(b, a)).toBe(expected);
    expect(equals([a], [b])).toBe(expected);
    expect(equals({ x: a }, { x: b })).toBe(expected);
  });

  test("a map that shares its keys with another still pairs equal keys by value", () => {
    const [k1, k2]: [Value[], Value[]] = [[], []];
    const a = new Map([
      [k1, 1],
      [k2, 2],
    ]);
    const b = new Map([
      [k1, 2],
      [k2, 1],
    ]);
    const c = new Map([
      [[], 1],
      [[], 2],
    ]);
    expect([equals(a, c), equals(c, b), equals(a, b)]).toEqual([true, true, true]);
  });

  test("an attempt to pair that fails leaves no false belief behind", () => {
    const shared = { x: [1] };
    const other = { x: [1] };
    // The key matches, the value does not: what was found equal on the way is still only what it is.
    const a = new Map<Value, Value>([
      [[shared, 1], "u"],
      [[shared, 2], "v"],
    ]);
    const b = new Map<Value, Value>([
      [[other, 2], "u"],
      [[other, 1], "v"],
    ]);
    expect(equals(a, b)).toBe(false);
    expect(equals(new Set([[a], [shared]]), new Set([[b], [other]]))).toBe(false);
  });

  test("graphs are equal whatever the order of their parts, and differ in every part", () => {
    const make = (change: (graph: Graph) => void = () => {}, type: "directed" | "undirected" = "directed") => {
      const graph = new Graph({ type });
      graph.addNode("a", [1], { type: "T", properties: { p: 1 } });
      graph.addNode("b");
      graph.addEdge("a", "b", "l", { weight: 1, properties: { q: [1] } });
      change(graph);
      return graph;
    };
    const reordered = new Graph();
    reordered.addNode("gone");
    reordered.addNode("b");
    reordered.addNode("a", [1], { properties: { p: 1 }, type: "T" });
    reordered.addEdge("a", "b", "l", { properties: { q: [1] }, weight: 1 });
    reordered.removeNode("gone");
    expect(equals(make(), reordered)).toBe(true);
    expect(hashValue(make())).toBe(hashValue(reordered));
    const changes: ((graph: Graph) => void)[] = [
      (g) => g.addNode("a", [2]),
      (g) => g.addNode("a", [1], { type: "U" }),
      (g) => g.addNode("a", [1], { properties: { p: 2 } }),
      (g) => g.addNode("a", [1], { properties: {} }),
      (g) => g.addNode("c"),
      (g) => g.removeNode("b"),
      (g) => g.addEdge("a", "b", "l", { weight: 2 }),
      (g) => g.addEdge("a", "b", "l", { properties: { q: [2] } }),
      (g) => g.addEdge("b", "a", "l"),
      (g) => {
        g.removeEdge("a", "b", "l");
        g.addEdge("b", "a", "l", { weight: 1, properties: { q: [1] } });
      },
      (g) => {
        g.removeEdge("a", "b", "l");
        g.addEdge("a", "b", "m", { weight: 1, properties: { q: [1] } });
      },
      (g) => {
        g.removeEdge("a", "b", "l");
        g.addEdge("a", "b", "l", { properties: { q: [1] } });
      },
    ];
    for (const change of changes) {
      expect(equals(make(change), make())).toBe(false);
      expect(equals(make(), make(change))).toBe(false);
      expect(hashValue(make(change))).not.toBe(hashValue(make()));
    }
    expect(
      equals(
        make(() => {}, "undirected"),
        make(),
      ),
    ).toBe(false);
    const back = make((g) => {
      g.removeEdge("a", "b", "l");
      g.addEdge("b", "a", "l", { weight: 1, properties: { q: [1] } });
    }, "undirected");
    expect(
      equals(
        back,
        make(() => {}, "undirected"),
      ),
    ).toBe(true);
    expect(hashValue(back)).toBe(hashValue(make(() => {}, "undirected")));
  });

  test("S11: a graph inside itself equals another one inside itself, and not an empty one", () => {
    const inside = () => {
      const graph = new Graph();
      graph.addNode("self", graph, { properties: { again: graph } });
      return graph;
    };
    expect(equals(inside(), inside())).toBe(true);
    const once = new Graph();
    once.addNode("self", inside(), { properties: { again: inside() } });
    expect(equals(once, inside())).toBe(true);
    expect(hashValue(once)).toBe(hashValue(inside()));
    const empty = new Graph();
    empty.addNode("self", new Graph(), { properties: { again: empty } });
    expect(equals(empty, inside())).toBe(false);
  });

  test("S11: cycles of different length unroll to the same value", () => {
    const ring = (length: number) => {
      const links: { next?: unknown; value: number }[] = Array.from({ length }, () => ({ value: 1 }));
      links.forEach((link, i) => {
        link.next = links[(i + 1) % length];
      });
      return links[0];
    };
    expect(equals(ring(2), ring(3))).toBe(true);
    expect(hashValue(ring(2) as Value)).toBe(hashValue(ring(3) as Value));
    const odd = ring(4) as { next: { next: { value: number } } };
    odd.next.next.value = 2;
    expect(equals(ring(4), odd)).toBe(false);
  });
});

describe("equals: limits", () => {
  const nest = (wrap: (inner: Value) => Value, depth: number): Value => {
    let value: Value = 1;
    for (let i = 0; i < depth; i++) value = wrap(value);
    return value;
  };
  const wraps: [string, (inner: Value) => Value][] = [
    ["list", (inner) => [inner]],
    ["record", (inner) => ({ inner })],
    ["map value", (inner) => new Map([["k", inner]])],
    ["map key", (inner) => new Map([[inner, 1]])],
    ["set", (inner) => new Set([inner])],
    ["box", (inner) => new Box(inner)],
    ["error cause", (inner) => new Error("m", { cause: inner })],
    ["ref location", (inner) => Object.assign(new TestRef("r"), { place: inner })],
    [
      "graph",
      (inner) => {
        const graph = new Graph();
        graph.addNode("a", inner);
        return graph;
      },
    ],
  ];

  test.each(wraps)("S1: %s nested 100,000 deep → DepthLimitError, and the stack is intact", (name, wrap) => {
    const depth = name === "graph" ? 5000 : 100_000;
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const [a, b] = [nest(wrap, depth), nest(wrap, depth)];
    Error.stackTraceLimit = stackTraceLimit;
    expect(() => equals(a, b)).toThrow(DepthLimitError);
    expect(() => equals(a, b)).toThrow(expect.objectContaining({ details: { maxDepth: 1000 } }));
    expect(equals(a, a)).toBe(true);
    expect(equals(nest(wrap, 3), nest(wrap, 3))).toBe(true);
  });

  test.each(wraps)("S1: %s nested 300 deep is within the limit", (_name, wrap) => {
    expect(equals(nest(wrap, 300), nest(wrap, 300))).toBe(true);
    expect(equals(nest(wrap, 300), nest(wrap, 301))).toBe(false);
  });

  test("the limit is 1,000 levels to the level", () => {
    const list = (depth: number) => nest((inner) => [inner], depth);
    expect(equals(list(1000), list(1000))).toBe(true);
    expect(() => equals(list(1001), list(1001))).toThrow(DepthLimitError);
  });

  test("parts that are shared again and again are compared once", () => {
    const doubled = () => nest((inner) => ({ left: inner, right: inner }), 500);
    expect(equals(doubled(), doubled())).toBe(true);
    const sets = () =>
      nest(
        (inner) =>
          new Set([
            [inner, 1],
            [inner, 2],
          ]),
        12,
      );
    expect(equals(sets(), sets())).toBe(true);
  });

  test("large sets and maps of deep members take about linear time", () => {
    const members = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i, tags: [i % 7] }));
    const compare = (count: number) => {
      const [a, b] = [members(count), members(count).reverse()];
      return () => {
        expect(equals(new Set(a), new Set(b))).toBe(true);
        expect(equals(new Map(a.map((key) => [key, key.id])), new Map(b.map((key) => [key, key.id])))).toBe(true);
      };
    };
    // Ten times the members: a quadratic comparison would take a hundred times as long.
    expectCostBelow(40, compare(4000), compare(400));
  });
});

test("a stack that runs out before the limit of depth is a DepthLimitError too", () => {
  const from = (levels: number, run: () => unknown): unknown => {
    if (levels === 0) return run();
    // Not at once: some engines take no stack for a call that is the last thing that happens.
    const outcome = from(levels - 1, run);
    return outcome;
  };
  const hasRoomFor = (levels: number): boolean => {
    try {
      from(levels, () => true);
      return true;
    } catch {
      return false;
    }
  };
  const nested = (): unknown[] => {
    let list: unknown[] = [];
    for (let level = 1; level < 1000; level++) list = [list];
    return list;
  };
  const [a, b] = [nested(), nested()];
  const outcomes = new Set<unknown>();
  // Some engines have room for more than there is time to fill.
  let levels = 0;
  for (; levels < 20_000 && hasRoomFor(levels + 1000); levels += 500) {
    from(levels, () => {
      try {
        outcomes.add(equals(a, b)).add(typeof hashValue(a as Value));
      } catch (error) {
        outcomes.add((error as { code?: unknown }).code ?? error);
      }
    });
  }
  expect(outcomes).toEqual(new Set([true, "number", ...(levels < 20_000 ? ["DEPTH_LIMIT"] : [])]));
});
