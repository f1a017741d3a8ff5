import { describe, expect, test } from "vitest";
import { normalizeTracestate } from "./tracestate.ts";

describe("tracestate", () => {
  // The cases of test_tracestate_* in the W3C trace-context test suite.
  test.each([
    ["foo=1,bar=2", "foo=1,bar=2"],
    ["foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"],
    ["foo=1,", "foo=1"],
    [" , foo=1,\t,bar= leading space", "foo=1,bar= leading space"],
    ["foo=1,bar=2,foo=3", "foo=1,bar=2"],
    ["foo@=1,bar=2", "foo@=1,bar=2"],
    ["foo@bar@baz=1", "foo@bar@baz=1"],
    ["0foo=1", "0foo=1"],
    [`${"z".repeat(256)}=${"v".repeat(256)}`, `${"z".repeat(256)}=${"v".repeat(256)}`],
  ])("passes on %j", (value, expected) => {
    expect(normalizeTracestate(value)).toBe(expected);
  });

  test("passes on 32 members", () => {
    const members = Array.from({ length: 32 }, (_, i) => `${"k".repeat(250)}${i}=${"v".repeat(256)}`).join(" , ");
    expect(normalizeTracestate(members)?.split(",").length).toBe(32);
  });

  test.each([
    ["empty", ""],
    ["only space", " , "],
    ["space in a key", "foo =1"],
    ["capital letters in a key", "FOO=1"],
    ["a dot in a key", "foo.bar=1"],
    ["a key that begins with an at sign", "@foo=1,bar=2"],
    ["a key of 257 characters", `foo=1,${"z".repeat(257)}=1`],
    ["a value of 257 characters", `foo=${"v".repeat(257)}`],
    ["an equals sign in a value", "foo=bar=baz"],
    ["no value", "foo=,bar=3"],
    ["no equals sign", "foo"],
    ["text beyond ASCII", "foo=é"],
    ["33 members", Array.from({ length: 33 }, (_, i) => `bar${i}=${i}`).join(",")],
    ["1 MB", `foo=1,${",".repeat(1_000_000)}`],
    ["not a string", 7],
  ])("refuses: %s", (_, value) => {
    expect(normalizeTracestate(value)).toBeUndefined();
  });
});
