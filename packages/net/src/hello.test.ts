import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProtocolError, VersionMismatchError } from "./errors.ts";
import { agreeOnVersion, encodeHello, type Hello, HelloReader } from "./hello.ts";

const hello: Hello = {
  versions: [1, 1],
  refusal: 0,
  features: 0,
  maxMessageBytes: 64 * 1024 * 1024,
  heartbeatMs: 750,
  windowBytes: 524_288,
  identity: "node_a",
  incarnation: "7f3c",
  refusalText: "",
};

const uint32 = fc.nat(0xffff_ffff);
const text = fc.string({ maxLength: 60, unit: "grapheme" }).filter((value) => Buffer.byteLength(value) <= 255);
const hellos: fc.Arbitrary<Hello> = fc.record({
  versions: fc.constant([1, 1] as const),
  refusal: fc.nat(255),
  features: uint32,
  maxMessageBytes: uint32,
  heartbeatMs: uint32,
  windowBytes: uint32,
  identity: text,
  incarnation: text,
  refusalText: text,
});

describe("hello", () => {
  test("has the bytes that the format says", () => {
    expect(Buffer.from(encodeHello(hello)).toString("hex")).toBe(
      "89475246" +
        "0101" +
        "001f" +
        "00" +
        "00000000" +
        "04000000" +
        "000002ee" +
        "00080000" +
        "066e6f64655f61" +
        "0437663363" +
        "0000",
    );
  });

  test("survives any slicing, and leaves alone what follows it", () => {
    fc.assert(
      fc.property(hellos, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = encodeHello(sent);
        const stream = Buffer.concat([bytes, Buffer.from("frames")]);
        const reader = new HelloReader();
        for (let at = 0, i = 0; at < stream.length; i++) {
          const chunk = stream.subarray(at, at + cuts[i % cuts.length]!);
          const done = reader.push(chunk);
          if (done) {
            expect(done.hello).toEqual(sent);
            expect(at + done.taken).toBe(bytes.length);
            return;
          }
          at += chunk.length;
        }
        throw new Error("no hello");
      }),
    );
  });

  test("may say more in a later version", () => {
    const bytes = Buffer.concat([encodeHello(hello), Buffer.from([1, 2, 3])]);
    bytes.writeUInt16BE(bytes.length - 8, 6);
    expect(new HelloReader().push(bytes)?.hello).toEqual(hello);
  });

  test("of other versions tells them, and its body is not looked at", () => {
    const bytes = Buffer.from([0x89, 0x47, 0x52, 0x46, 3, 5, 0, 2, 0xff, 0xff]);
    expect(new HelloReader().push(bytes)?.hello.versions).toEqual([3, 5]);
  });

  test.each([
    ["HTTP", "GET / HTTP/1.1\r\n", /47 .*\(GET/],
    ["TLS", "\x16\x03\x01\x02\x00\x01", /`tls`/],
    ["a single wrong byte", "\x00", /00/],
    ["a magic that is almost right", "\x89GRX", /89 47 52 58/],
  ])("is refused at its first bytes: %s", (_, bytes, message) => {
    expect(() => new HelloReader().push(Buffer.from(bytes, "latin1"))).toThrow(ProtocolError);
    expect(() => new HelloReader().push(Buffer.from(bytes, "latin1"))).toThrow(message);
  });

  test("is refused where it is malformed", () => {
    const make = (change: (bytes: Uint8Array) => void): (() => unknown) => {
      const bytes = encodeHello(hello);
      change(bytes);
      return () => new HelloReader().push(bytes);
    };
    expect(make((bytes) => bytes.set([2, 1], 4))).toThrow(ProtocolError);
    expect(make((bytes) => bytes.set([0xff, 0xff], 6))).toThrow(ProtocolError);
    expect(make((bytes) => bytes.set([0, 5], 6))).toThrow(ProtocolError);
    expect(make((bytes) => bytes.set([200], 25))).toThrow(ProtocolError);
    expect(make((bytes) => bytes.set([0xff], 26))).toThrow(ProtocolError);
  });

  test("meets any bytes at all with a hello, patience or a ProtocolError", () => {
    const prefix = fc.constantFrom([], [0x89, 0x47, 0x52, 0x46], [0x89, 0x47, 0x52, 0x46, 1, 1, 0, 20]);
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 60 }), (start, rest) => {
        try {
          new HelloReader().push(new Uint8Array([...start, ...rest]));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("agreeOnVersion", () => {
  test("takes the highest version that both have", () => {
    expect(agreeOnVersion([1, 3], [2, 5])).toBe(3);
    expect(agreeOnVersion([2, 5], [1, 3])).toBe(3);
    expect(agreeOnVersion([1, 1], [1, 1])).toBe(1);
  });

  test("names both ranges where there is none", () => {
    expect(() => agreeOnVersion([1, 2], [3, 4])).toThrow(VersionMismatchError);
    expect(() => agreeOnVersion([1, 2], [3, 4])).toThrow(/1 to 2 .* 3 to 4/);
  });
});
