import { isGraph, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { graph, plain, registerMoney, value } from "./arbitraries.ts";
import { difference } from "./identical.ts";

/** How many times more to try than in a usual run of the tests. */
const RUNS = Number(process.env["FC_RUNS"] ?? 1);

const serializer = registerMoney(createSerializer());

/** The chunks of a stream, cut again at other places. */
function recut(chunks: Iterable<Uint8Array>, sizes: readonly number[]): Uint8Array[] {
  const bytes = Buffer.concat([...chunks]);
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const WAYS: readonly [string, (held: Value) => Value][] = [
  ["bytes", (held) => serializer.fromBytes(serializer.toBytes(held))],
  ["JSON", (held) => serializer.fromJson(serializer.toJson(held))],
  ["indented JSON", (held) => serializer.fromJson(serializer.toJson(held, { indent: 2 }))],
  ["compact MessagePack", (held) => serializer.fromMsgpack(serializer.toMsgpack(held, { compact: true }))],
];

describe("any value, with its sharing and its cycles, comes back", () => {
  it("through bytes, JSON and compact MessagePack", () => {
    fc.assert(
      fc.property(value, (held) => {
        for (const [way, there] of WAYS) expect([way, difference(held, there(held))]).toEqual([way, undefined]);
      }),
      { numRuns: 300 * RUNS },
    );
  });

  it("as a graph through bytes, JSON and compact MessagePack", () => {
    fc.assert(
      fc.property(graph, (held) => {
        for (const [way, there] of WAYS) expect([way, difference(held, there(held))]).toEqual([way, undefined]);
      }),
      { numRuns: 150 * RUNS },
    );
  });

  it("through a stream, cut in any way", async () => {
    await fc.assert(
      fc.asyncProperty(value, fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), async (held, sizes) => {
        fc.pre(!isGraph(held));
        const back = await serializer.fromStream(recut(serializer.stream(held, { chunkBytes: 1024 }), sizes));
        expect(difference(held, back)).toBeUndefined();
      }),
      { numRuns: 100 * RUNS },
    );
  });

  it("as a graph through a stream, cut in any way, but for sharing between parts", async () => {
    await fc.assert(
      fc.asyncProperty(
        graph,
        fc.integer({ min: 1024, max: 5000 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
        async (held, chunkBytes, sizes) => {
          const back = await serializer.fromStream(recut(serializer.stream(held, { chunkBytes }), sizes));
          expect(difference(held, back, { sharing: false })).toBeUndefined();
        },
      ),
      { numRuns: 100 * RUNS },
    );
  });

  it("through plain MessagePack", () => {
    fc.assert(
      fc.property(fc.oneof(graph, value), (held) => {
        let bytes: Uint8Array;
        try {
          bytes = serializer.toMsgpack(held);
        } catch (error) {
          // A graph that is there twice has no plain form.
          expect(error).toMatchObject({ code: "NOT_SERIALIZABLE" });
          return;
        }
        expect(difference(held, serializer.fromMsgpack(bytes))).toBeUndefined();
      }),
      { numRuns: 100 * RUNS },
    );
  });

  it("as plain data through plain JSON", () => {
    fc.assert(
      fc.property(plain, (held) => {
        const text = serializer.toJson(held, { plain: true });
        expect(JSON.parse(text)).toEqual(held);
      }),
    );
  });
});
