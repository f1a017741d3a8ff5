import type { Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { fromHex, HEADER, join } from "./bytes.ts";
import { costOf } from "./cost.ts";

const serializer = createSerializer();

/** The bodies as value bytes and as MessagePack. */
function eachReader(body: Uint8Array, check: (read: () => Value) => void): void {
  const bytes = join(HEADER, body);
  check(() => serializer.fromBytes(bytes));
  check(() => serializer.fromMsgpack(body));
}

describe("S2: five bytes that announce 2³² − 1 of something", () => {
  it.each([
    ["a list", "ddffffffff"],
    ["a map", "dfffffffff"],
    ["a string", "dbffffffff"],
    ["bytes", "c6ffffffff"],
    ["an extension", "c9ffffffff"],
    ["a list of 16 bits", "dcffff"],
    ["a map of 16 bits", "deffff"],
  ])("%s: a TruncatedError, nothing allocated", (_, hex) => {
    eachReader(fromHex(hex), (read) => {
      const { bytes, outcome } = costOf(read);
      expect(outcome).toMatchObject({ code: "TRUNCATED" });
      expect(bytes).toBeLessThan(1_000_000);
    });
  });
});

describe("S3", () => {
  it("S3: 10 KB of nested heads of lists of 50,000: an error in 10 ms and 2 MB", () => {
    const body = fromHex("dd0000c350".repeat(2000));
    eachReader(body, (read) => {
      const { bytes, milliseconds, outcome } = costOf(read, 5);
      expect(outcome).toMatchObject({ code: "TRUNCATED" });
      expect(bytes).toBeLessThan(2_000_000);
      expect(milliseconds).toBeLessThan(10);
    });
    // As many as there are bytes: nothing is wrong before the depth is.
    const believable = Uint8Array.from({ length: 10_000 }, () => 0x9f);
    eachReader(believable, (read) => expect(costOf(read, 5)).toMatchObject({ outcome: { code: "DEPTH_LIMIT" } }));
  });
});

describe("S4", () => {
  it.each([
    ["as many as are left", (left: number) => Math.min(left, 0xffff)],
    ["65,535", () => 0xffff],
    ["one", () => 1],
  ])("S4: 72 KB of nested heads of 16-bit lists of %s: the process lives", (_, count) => {
    const body = new Uint8Array(72_000);
    for (let at = 0; at < body.length; at += 3) {
      const items = count(body.length - at - 3);
      body.set([0xdc, items >> 8, items & 255], at);
    }
    eachReader(body, (read) => {
      const { bytes, outcome } = costOf(read);
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^(TRUNCATED|DEPTH_LIMIT)$/) });
      expect(bytes).toBeLessThan(64 * body.length);
    });
  });
});
