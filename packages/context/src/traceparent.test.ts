import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

const traceId = "12345678901234567890123456789012";
const spanId = "1234567890123456";

describe("traceparent", () => {
  test("reads the examples of the W3C text", () => {
    expect(parseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")).toEqual({
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      sampled: true,
      random: false,
    });
    expect(parseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")?.sampled).toBe(false);
  });

  // The cases of test_traceparent_* in the W3C trace-context test suite.
  test.each([
    ["duplicated", `00-${traceId}-${spanId}-01,00-${traceId}-${spanId}-01`],
    ["version 00 with more", `00-${traceId}-${spanId}-01.`],
    ["version 00 with more after a dash", `00-${traceId}-${spanId}-01-what-the-future-will-be-like`],
    ["version cc with more", `cc-${traceId}-${spanId}-01.what-the-future-will-not-be-like`],
    ["version ff", `ff-${traceId}-${spanId}-01`],
    ["version with illegal characters", `.0-${traceId}-${spanId}-01`],
    ["version too long", `000-${traceId}-${spanId}-01`],
    ["version too short", `0-${traceId}-${spanId}-01`],
    ["trace id all zero", `00-00000000000000000000000000000000-${spanId}-01`],
    ["trace id with illegal characters", `00-.2345678901234567890123456789012-${spanId}-01`],
    ["trace id in capitals", `00-ABCDEF78901234567890123456789012-${spanId}-01`],
    ["trace id too long", `00-${traceId}3-${spanId}-01`],
    ["trace id too short", `00-1234567890123456789012345678901-${spanId}-01`],
    ["span id all zero", `00-${traceId}-0000000000000000-01`],
    ["span id with illegal characters", `00-${traceId}-.234567890123456-01`],
    ["span id too long", `00-${traceId}-${spanId}7-01`],
    ["span id too short", `00-${traceId}-123456789012345-01`],
    ["flags with illegal characters", `00-${traceId}-${spanId}-.0`],
    ["flags too long", `00-${traceId}-${spanId}-001`],
    ["flags too short", `00-${traceId}-${spanId}-1`],
    ["empty", ""],
    ["endless", `cc-${traceId}-${spanId}-01-${"x".repeat(1_000_000)}`],
    ["not a string", 7],
  ])("refuses: %s", (_, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  test("accepts later versions, unknown flags and optional space", () => {
    const expected = { traceId, spanId, sampled: true, random: false };
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).toEqual(expected);
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)).toEqual(expected);
    expect(parseTraceparent(`\t 00-${traceId}-${spanId}-01 \t`)).toEqual(expected);
    expect(parseTraceparent(`00-${traceId}-${spanId}-ff`)).toEqual({ ...expected, random: true });
  });

  test("reads what it writes", () => {
    const hex = (digits: number): fc.Arbitrary<string> =>
      fc
        .array(fc.constantFrom(..."0123456789abcdef"), { minLength: digits, maxLength: digits })
        .map((list) => list.join(""))
        .filter((text) => /[^0]/.test(text));
    const position = fc.record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean(), random: fc.boolean() });
    fc.assert(
      fc.property(position, (one) => {
        expect(parseTraceparent(formatTraceparent(one))).toEqual(one);
      }),
    );
  });
});
