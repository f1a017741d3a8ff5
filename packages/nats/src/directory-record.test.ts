import type { KvEntry } from "@nats-io/kv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownerValue, partitionKey, peerKey, peerValue, readOwner, readPeer } from "./directory-record.ts";

/** What the library takes as a key. */
const KEY = /^[-/=.\w]+$/;

function entry(key: string, value: Uint8Array, operation: KvEntry["operation"] = "PUT"): KvEntry {
  return {
    bucket: "b",
    key,
    rawKey: key,
    value,
    operation,
    revision: 1,
    length: value.length,
    created: new Date(0),
    json: () => {
      throw new Error("not used");
    },
    string: () => "",
  };
}

const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
const partition = fc.oneof(name, fc.maxSafeNat(), fc.nat(20), fc.nat(20).map(String));

describe("records", () => {
  test("are read as they were written, under keys that the servers take", () => {
    fc.assert(
      fc.property(name, name, fc.option(name, { nil: undefined }), partition, (identity, incarnation, address, of) => {
        const peer = { identity, incarnation, ...(address === undefined ? {} : { address }) };
        expect(peerKey(identity)).toMatch(KEY);
        expect(readPeer(entry(peerKey(identity), peerValue(peer)))).toEqual(peer);
        const owner = { partition: of, owner: identity, incarnation };
        expect(partitionKey(of)).toMatch(KEY);
        expect(readOwner(entry(partitionKey(of), ownerValue(owner)))).toEqual(owner);
      }),
    );
  });

  test("have a key each", () => {
    fc.assert(
      fc.property(partition, partition, (a, b) => {
        expect(partitionKey(a) === partitionKey(b)).toBe(a === b);
        expect(peerKey(`${a}`) === peerKey(`${b}`)).toBe(`${a}` === `${b}`);
      }),
    );
  });

  test("are none when deleted, broken, or under the key of another", () => {
    const value = peerValue({ identity: "a", incarnation: "1" });
    expect(readPeer(entry(peerKey("a"), value))).toBeDefined();
    expect(readPeer(entry(peerKey("a"), value, "DEL"))).toBe(undefined);
    expect(readPeer(entry(peerKey("b"), value))).toBe(undefined);
    expect(readPeer(null)).toBe(undefined);
    for (const text of ["", "{", "null", "7", "[]", '{"identity":"a"}', '{"identity":1,"incarnation":"1"}']) {
      expect(readPeer(entry(peerKey("a"), new TextEncoder().encode(text)))).toBe(undefined);
      expect(readOwner(entry(partitionKey("a"), new TextEncoder().encode(text)))).toBe(undefined);
    }
    expect(readOwner(entry("n3", ownerValue({ partition: "3", owner: "a", incarnation: "1" })))).toBe(undefined);
  });
});
