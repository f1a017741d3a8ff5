import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactJson } from "./json-text.ts";

describe("exactJson", () => {
  it("leaves JSON that loses nothing as it is", () => {
    const values = fc.jsonValue().filter((value) => !/[0-9]{16}/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(values, fc.nat({ max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(exactJson(text)).toBe(text);
      }),
    );
  });

  it("tags integers past 2⁵³, and only those", () => {
    const tagged = (digits: string): string => `{"$type":"bigint","value":"${digits}"}`;
    const long = ["9007199254740992", "-9007199254740992", "12345678901234567890", `1${"0".repeat(400)}`];
    for (const digits of long) {
      expect(exactJson(digits)).toBe(tagged(digits));
      expect(exactJson(` [ ${digits} , {"a":${digits}} ] `)).toBe(` [ ${tagged(digits)} , {"a":${tagged(digits)}} ] `);
    }
    for (const other of [
      "9007199254740991",
      "-9007199254740991",
      "1.2345678901234567890",
      "0.00000000000000000001",
      "12345678901234567890.0",
      "12345678901234567890e0",
      "1e12345678901234567890",
      "1E+1234567890123456",
      '"12345678901234567890"',
      '{"12345678901234567890":"\\"12345678901234567890"}',
      '["\\\\",12]',
    ]) {
      expect(exactJson(other)).toBe(other);
    }
  });

  it("refuses a key that an object has twice, however it is written", () => {
    for (const text of [
      '{"a":1,"a":2}',
      '{"a":1 , "a"\n:2}',
      '{"a":1,"\\u0061":2}',
      '{"\\"":1,"\\u0022":2}',
      '{"":1,"":2}',
      '[[{"x":{"a":1,"a":2}}]]',
      '{"a":[{"a":1},{"b":2}],"a":1}',
      '{"🦊":1,"\\ud83e\\udd8a":2}',
    ]) {
      expect(() => exactJson(text)).toThrow(expect.objectContaining({ code: "FORMAT" }));
    }
    for (const text of [
      '{"a":{"a":{"a":1}},"b":["a","a"],"A":1}',
      '[{"a":1},{"a":1}]',
      '{"a\\\\":1,"a":":","b":"{\\"a\\":1"}',
    ]) {
      expect(exactJson(text)).toBe(text);
    }
  });
});
