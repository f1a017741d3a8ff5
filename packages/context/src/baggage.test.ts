import { isGraphoidError } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectTimeBelow } from "../../../scripts/testing/cost.ts";
import { decodeBaggage, encodeBaggage } from "./baggage.ts";

const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);

describe("baggage", () => {
  test("reads the examples of the W3C text", () => {
    const { metadata, header } = decodeBaggage(
      "key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue",
    );
    expect(metadata).toEqual({ key1: "value1", key2: "value2", key3: "value3" });
    expect(header).toBe("key1=value1;property1;property2,key2 = value2,key3=value3; propertyKey=propertyValue");
    expect(decodeBaggage("userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false").metadata).toEqual({
      userId: "Amélie",
      serverNode: "DF 28",
      isProduction: "false",
    });
    expect(decodeBaggage("userId =   alice").metadata).toEqual({ userId: "alice" });
    expect(decodeBaggage("a=b=c,empty=").metadata).toEqual({ a: "b=c", empty: "" });
  });

  test("octets that are not UTF-8 become U+FFFD, and a percent sign that encodes nothing stays", () => {
    expect(decodeBaggage("a=%ff%20%C3,b=100%,c=%EF%BB%BFx").metadata).toEqual({
      a: "\ufffd \ufffd",
      b: "100%",
      c: "\ufeffx",
    });
  });

  test("leaves out malformed members only", () => {
    expect(decodeBaggage('a=1,no value,=x,b c=2,d="3",e=\\,f=é,g=1;b c,h=1;i=",j=2,,k=\n').header).toBe("a=1,j=2");
    for (const value of [undefined, 7, "", ",", "nothing"]) expect(decodeBaggage(value).header).toBe("");
  });

  test("names are just names, and the last of a repeated one counts", () => {
    const { metadata } = decodeBaggage("__proto__=1,constructor=2,toString=3,a=1,a=2");
    expect(Object.entries(metadata)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
      ["toString", "3"],
      ["a", "2"],
    ]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.isFrozen(metadata)).toBe(true);
    expect(encodeBaggage("test", JSON.parse('{ "__proto__": "1" }')).header).toBe("__proto__=1");
  });

  test("C5: 10,000 entries are cut to 64", () => {
    const { metadata, header } = decodeBaggage(Array.from({ length: 10_000 }, (_, i) => `k${i}=${i}`).join(","));
    expect(Object.keys(metadata)).toEqual(Array.from({ length: 64 }, (_, i) => `k${i}`));
    expect(header.split(",").length).toBe(64);
  });

  test("C5: 1 MB is cut to whole members within 8192 bytes, without delay", () => {
    expectTimeBelow(1000, () => {
      const { header } = decodeBaggage(Array.from({ length: 1000 }, (_, i) => `k${i}=${"v".repeat(1000)}`).join(","));
      expect(header.length).toBeLessThanOrEqual(8192);
      expect(header.split(",").length).toBe(8);
      expect(decodeBaggage(`big=${"v".repeat(1_000_000)},small=1`).metadata).toEqual({ small: "1" });
      expect(decodeBaggage(`a${" ".repeat(1_000_000)}b=1`).header).toBe("");
      expect(decodeBaggage(",".repeat(1_000_000)).header).toBe("");
      expect(decodeBaggage(`a=${";".repeat(8000)}`.concat(",").repeat(120)).header).toBe("");
      const full = `a=${"v".repeat(8190)}`;
      expect(decodeBaggage(full).header).toBe(full);
      expect(decodeBaggage(`${full}v`).header).toBe("");
    });
  });

  test("C5: more than the limit is refused where it is set", () => {
    const entries = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, ""]));
    expect(Object.keys(encodeBaggage("test", entries(64)).metadata).length).toBe(64);
    expect(() => encodeBaggage("test", entries(65))).toThrow(
      "test: expected `metadata` to be at most 64 entries, got 65",
    );
    expect(encodeBaggage("test", { k: "v".repeat(8190) }).header.length).toBe(8192);
    expect(() => encodeBaggage("test", { k: "v".repeat(8191) })).toThrow("at most 8192 bytes as baggage, got 8193");
  });

  test.each([
    [[], "an object of strings, got an array of 0"],
    [null, "an object of strings, got null"],
    [{ "a b": "1" }, "RFC 7230 tokens"],
    [{ "": "1" }, "RFC 7230 tokens"],
    [{ a: 1 }, '`metadata["a"]` to be a string, got 1'],
    [{ a: "\ud800" }, "without lone surrogates"],
  ])("refuses metadata %j", (metadata, message) => {
    try {
      encodeBaggage("context.create", metadata);
      expect.unreachable();
    } catch (error) {
      expect(isGraphoidError(error, "INVALID_ARGUMENT")).toBe(true);
      expect((error as Error).message).toContain("context.create: expected ");
      expect((error as Error).message).toContain(message);
    }
  });

  test("any metadata within the limits survives the way", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    fc.assert(
      fc.property(fc.dictionary(token, text, { maxKeys: 10 }), (metadata) => {
        const sent = encodeBaggage("test", metadata);
        const received = decodeBaggage(sent.header);
        expect(Object.entries(received.metadata)).toEqual(Object.entries(metadata));
        expect(received.header).toBe(sent.header);
      }),
    );
  });

  test("any text at all is read without a throw, within the limits, and reads the same again", () => {
    const part = fc.oneof(
      token,
      fc.constantFrom("=", ",", ";", " ", "%", "%41", "%ff", '"'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 400 }), (parts) => {
        const once = decodeBaggage(parts.join(""));
        expect(once.header.length).toBeLessThanOrEqual(8192);
        expect(Object.keys(once.metadata).length).toBeLessThanOrEqual(64);
        const again = decodeBaggage(once.header);
        expect([again.header, again.metadata]).toEqual([once.header, once.metadata]);
      }),
    );
  });
});
