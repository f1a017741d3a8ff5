import { cloneValue, equals, hashValue, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { UnknownValue } from "../src/unknown-value.ts";
import { Money, registerMoney, value } from "./arbitraries.ts";
import { extension, HEADER, join, toHex } from "./bytes.ts";
import { difference } from "./identical.ts";

const knowing = registerMoney(createSerializer());
const keeping = createSerializer({ unknown: "keep" });
const refusing = createSerializer();

describe("what a serializer does not know", () => {
  it("is kept and written again as it came, with what is shared around it", () => {
    fc.assert(
      fc.property(value, (held) => {
        const relayed = keeping.toBytes(keeping.fromBytes(knowing.toBytes(held)));
        expect(difference(held, knowing.fromBytes(relayed))).toBeUndefined();
        const json = knowing.toJson(held);
        expect(keeping.toJson(keeping.fromJson(json))).toBe(json);
      }),
      { numRuns: 200 },
    );
  });

  it("is an UnknownValue, which compares, hashes, clones and travels on", () => {
    const kept = keeping.fromBytes(knowing.toBytes(new Money(5n, "EUR"))) as unknown as UnknownValue;
    expect(kept).toBeInstanceOf(UnknownValue);
    expect([kept.tag, kept.value]).toEqual(["money", [5n, "EUR"]]);
    const same = new UnknownValue("money", [5n, "EUR"]) as unknown as Value;
    expect(equals(kept, same)).toBe(true);
    expect(hashValue(kept as unknown as Value)).toBe(hashValue(same));
    expect(equals(cloneValue(same), kept)).toBe(true);
    expect(equals(kept, new UnknownValue("money", [6n, "EUR"]))).toBe(false);
    expect(knowing.fromBytes(keeping.toBytes(same))).toEqual(new Money(5n, "EUR"));
    expect(knowing.fromJson(refusing.toJson(same))).toEqual(new Money(5n, "EUR"));
    expect(refusing.toJson(same, { plain: true })).toBe('["5","EUR"]');
  });

  it("keeps MessagePack extensions of other programs, of any type and length", () => {
    for (const type of [12, 13, 127, -2, -128]) {
      for (const length of [0, 1, 2, 3, 4, 8, 16, 17, 255, 256, 70_000]) {
        const bytes = extension(type, new Uint8Array(length).fill(7));
        const kept = keeping.fromMsgpack(bytes) as unknown as UnknownValue;
        expect([kept.tag, (kept.value as Uint8Array).length]).toEqual([type, length]);
        const again = keeping.toMsgpack(kept as unknown as Value);
        expect(keeping.fromMsgpack(again)).toEqual(kept);
        if (length !== 0) expect(toHex(again.subarray(-length))).toBe(toHex(bytes.subarray(-length)));
        expect(keeping.fromJson(keeping.toJson(kept as unknown as Value))).toEqual(kept);
      }
    }
  });

  it("is refused otherwise, and so is an extension that is ours or has no bytes", () => {
    const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });
    const foreign = extension(12, Uint8Array.of(1));
    expect(() => refusing.fromBytes(join(HEADER, foreign))).toThrow(code("FORMAT"));
    expect(() => refusing.fromBytes(knowing.toBytes(new Money(1n, "")))).toThrow(code("CODEC"));
    expect(() =>
      refusing.fromJson('{"$type":"extension","type":12,"value":{"$type":"Uint8Array","value":""}}'),
    ).toThrow(code("FORMAT"));
    for (const json of [
      '{"$type":"extension","type":5,"value":{"$type":"Uint8Array","value":""}}',
      '{"$type":"extension","type":"12","value":{"$type":"Uint8Array","value":""}}',
      '{"$type":"extension","type":12,"value":[]}',
      '{"$type":"extension","type":12}',
    ]) {
      expect(() => keeping.fromJson(json)).toThrow(code("FORMAT"));
    }
    for (const wrong of [
      new UnknownValue(5, Uint8Array.of(1)),
      new UnknownValue(12, "x"),
      new UnknownValue(300, "x"),
    ]) {
      expect(() => keeping.toBytes(wrong as unknown as Value)).toThrow(code("NOT_SERIALIZABLE"));
    }
  });
});
