import { readFileSync } from "node:fs";
import { isGraphoidError } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { fromHex, toHex } from "./bytes.ts";
import { difference } from "./identical.ts";

interface Case {
  readonly nil?: null;
  readonly bool?: boolean;
  readonly binary?: string;
  readonly number?: number;
  readonly bignum?: string;
  readonly string?: string;
  readonly array?: unknown[];
  readonly map?: Record<string, unknown>;
  readonly timestamp?: readonly [seconds: number, nanoseconds: number];
  readonly ext?: readonly [type: number, data: string];
  readonly msgpack: readonly string[];
}

const url = new URL("data/msgpack-test-suite/msgpack-test-suite.json", import.meta.url);
const suite = JSON.parse(readFileSync(url, "utf8")) as Record<string, Case[]>;
const cases = Object.entries(suite).flatMap(([file, list]) =>
  list.map((one, i) => ({ name: `${file} ${i + 1}`, ...one })),
);
const serializer = createSerializer();

/** The value that a case stands for; `undefined` where JavaScript has none, or where it is an extension of others. */
function meaning(one: Case): unknown {
  if (one.timestamp) {
    const [seconds, nanoseconds] = one.timestamp;
    return nanoseconds === 0 ? new Date(seconds * 1000) : undefined;
  }
  if (one.ext) return undefined;
  if (one.binary !== undefined) return fromHex(one.binary);
  if (one.number === undefined && one.bignum !== undefined) return BigInt(one.bignum);
  return one.nil ?? one.bool ?? one.number ?? one.string ?? one.array ?? one.map ?? null;
}

describe("msgpack-test-suite", () => {
  it("is all there", () => {
    expect(cases.length).toBe(85);
    expect(cases.flatMap((one) => one.msgpack).length).toBe(233);
  });

  it.each(cases)("$name", (one) => {
    const expected = meaning(one);
    for (const hex of one.msgpack) {
      if (expected === undefined) {
        // Not a time that a Date holds exactly; or an extension type that is another program's, and not ours by chance.
        let error: unknown;
        try {
          serializer.fromMsgpack(fromHex(hex));
        } catch (caught) {
          error = caught;
        }
        expect([hex, isGraphoidError(error, "FORMAT")]).toEqual([hex, true]);
      } else {
        expect([hex, difference(expected, serializer.fromMsgpack(fromHex(hex)))]).toEqual([hex, undefined]);
      }
    }
    // What we write for the value is one of the forms that the suite lists.
    if (expected !== undefined)
      expect(one.msgpack.map((hex) => toHex(fromHex(hex)))).toContain(toHex(serializer.toMsgpack(expected as never)));
  });
});
