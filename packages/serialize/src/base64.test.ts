import fc from "fast-check";
import { expect, it } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";

it("base64 is that of Node for any bytes, and back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
  const large = new Uint8Array(100_000).map((_, i) => i * 7);
  expect(fromBase64(toBase64(large))).toEqual(large);
});

it("what is no base64 is a FormatError", () => {
  for (const text of ["a", "=", "ab=c", "äöü=", "abc$", "-_-_"]) {
    expect(() => fromBase64(text)).toThrow(expect.objectContaining({ code: "FORMAT" }));
  }
});
