import { deflateSync } from "node:zlib";
import { equals, Graph, type Value } from "@graphoid/core";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { registerMoney, value } from "./arbitraries.ts";
import { HEADER, join } from "./bytes.ts";
import { difference } from "./identical.ts";

const serializer = registerMoney(createSerializer());
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });
const HEADER_NIL = join(HEADER, 0xc0);
const START = [0xc1, 0x47, 0x5a, 1] as const;

afterEach(() => {
  vi.resetModules();
  vi.restoreAllMocks();
});

function bigGraph(): Graph {
  const graph = new Graph();
  for (let i = 0; i < 3000; i++) graph.addNode(`node ${i}`, i, { properties: { kind: `kind ${i % 5}` } });
  for (let i = 0; i < 3000; i++) graph.addEdge(`node ${i}`, `node ${(i * 7) % 3000}`);
  return graph;
}

describe("compressed bytes", () => {
  it("bring back any value", async () => {
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(true, false, "deflate" as const), async (held, compress) => {
        const bytes = await serializer.toBytesAsync(held, { compress });
        expect(difference(held, await serializer.fromBytesAsync(bytes))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("are fewer, and the same with canonical", async () => {
    const graph = bigGraph();
    const plain = serializer.toBytes(graph);
    const packed = await serializer.toBytesAsync(graph, { compress: true });
    expect(packed.length).toBeLessThan(plain.length / 2);
    expect(equals(await serializer.fromBytesAsync(packed), graph)).toBe(true);
    expect(await serializer.toBytesAsync([2, 1], { canonical: true, compress: true })).toEqual(
      await serializer.toBytesAsync([2, 1], { compress: true }),
    );
    expect(await serializer.toBytesAsync(graph)).toEqual(plain);
  });

  it("work where there is only what browsers have", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    vi.resetModules();
    const { createSerializer: inBrowser } = await import("../src/serializer.ts");
    const there = inBrowser();
    const graph = bigGraph();
    const bytes = await there.toBytesAsync(graph, { compress: true });
    expect(equals(await serializer.fromBytesAsync(bytes), graph)).toBe(true);
    expect(equals(await there.fromBytesAsync(await serializer.toBytesAsync(graph, { compress: true })), graph)).toBe(
      true,
    );
    await expect(there.toBytesAsync(1, { compress: "zstd" })).rejects.toMatchObject({ code: "UNIMPLEMENTED" });
    await expect(there.fromBytesAsync(join(START, 2, 1, 1, 0))).rejects.toMatchObject({ code: "UNIMPLEMENTED" });
    await expect(there.fromBytesAsync(join(START, 1, 5, 2, 0, 0))).rejects.toMatchObject({ code: "FORMAT" });
    const bomb = deflateSync(new Uint8Array(1e6));
    await expect(
      there.fromBytesAsync(join(START, 1, 5, [(bomb.length % 128) | 128, bomb.length >> 7], bomb)),
    ).rejects.toMatchObject({ code: "FORMAT" });
  });

  it("S19: of what is nearly nothing are long enough to be read by default", async () => {
    const held: Value = Array.from({ length: 200_000 }, () => "the same text over and over");
    const bytes = await serializer.toBytesAsync(held, { compress: true });
    expect(bytes.length).toBeLessThan(serializer.toBytes(held).length / 20);
    expect(await serializer.fromBytesAsync(bytes)).toEqual(held);
  });

  it("S19: that would become too many are refused before they do", async () => {
    const raw = new Uint8Array(64 * 2 ** 20);
    const bomb = deflateSync(raw);
    const lengths = [
      0x80,
      0x80,
      0x80,
      0x20,
      (bomb.length & 0x7f) | 0x80,
      ((bomb.length >> 7) & 0x7f) | 0x80,
      bomb.length >> 14,
    ];
    await expect(serializer.fromBytesAsync(join(START, 1, lengths, bomb))).rejects.toMatchObject({ code: "LIMIT" });
    const generous = createSerializer({ maxDecodedBytes: 2 ** 26 });
    await expect(generous.fromBytesAsync(join(START, 1, lengths, bomb))).rejects.toMatchObject({ code: "FORMAT" });
  });

  it.each<[string, Uint8Array, string]>([
    ["a newer version", join(0xc1, 0x47, 0x5a, 2, 1), "VERSION"],
    ["nothing after the start", join(START), "TRUNCATED"],
    ["an unknown way", join(START, 9, 1, 1, 0), "FORMAT"],
    ["a body that is cut off", join(START, 1, 5, 5, 0), "TRUNCATED"],
    ["a body that is not compressed", join(START, 1, 5, 3, [1, 2, 3]), "FORMAT"],
    ["something behind the body", join(START, 1, 1, 9, deflateSync(Uint8Array.of(0xc0)), 1), "FORMAT"],
    ["something behind the stream in the body", join(START, 1, 5, 14, deflateSync(HEADER_NIL), 1), "FORMAT"],
    ["a length that is not so", join(START, 1, 3, 9, deflateSync(Uint8Array.of(0xc0))), "FORMAT"],
    ["compressed bytes that are no value bytes", join(START, 1, 1, 9, deflateSync(Uint8Array.of(0xc0))), "FORMAT"],
  ])("with %s are refused", async (_name, bytes, wanted) => {
    await expect(serializer.fromBytesAsync(bytes)).rejects.toEqual(code(wanted));
  });

  it("are asked for in a way that there is", async () => {
    await expect(serializer.toBytesAsync(1, { compress: "lzw" as never })).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(serializer.toBytesAsync(1, { canonical: 1 as never })).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(serializer.fromBytesAsync("x" as never)).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(serializer.toBytesAsync((() => 1) as never, { compress: true })).rejects.toEqual(
      code("NOT_SERIALIZABLE"),
    );
  });
});
