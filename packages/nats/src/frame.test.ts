import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Frame, FrameWriter, KIND, readFrame, readHead } from "./frame.ts";

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
const bytes = fc.uint8Array({ maxLength: 300 });

/** The bytes with others around them, as they stand in the buffer of a connection. */
function amid(inner: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(7, 0xee), inner, Buffer.alloc(9, 0xdd)]).subarray(7, 7 + inner.length);
}

describe("frames", () => {
  it("round trip", () => {
    const one = fc.record({ identity: name, incarnation: name, kind: fc.integer({ min: 0, max: 255 }), body: bytes });
    fc.assert(
      fc.property(one, fc.string({ unit: "grapheme", maxLength: 60 }), fc.nat(3), (sent, replyTo, epochs) => {
        const { identity, incarnation, kind, body } = sent;
        const writer = new FrameWriter(identity, incarnation);
        for (let i = 0; i < epochs; i++) writer.beginEpoch();
        const whole = writer.frame(kind, replyTo, body);
        expect(whole.length).toBe(writer.overhead(replyTo) + body.length);
        const frame = readFrame(amid(whole)) as Frame;
        expect({ ...frame, body: [...frame.body] }).toEqual({ key: frame.key, kind, body: [...body] });
        expect(readHead(frame.key)).toEqual({
          identity,
          incarnation,
          epoch: epochs,
          replyTo: replyTo === "" ? undefined : { id: replyTo, location: identity, metadata: {}, incarnation },
        });
      }),
    );
  });

  it("have equal keys for equal heads only", () => {
    const [a, b] = [new FrameWriter("a", "bc"), new FrameWriter("ab", "c")];
    const keyOf = (frame: Uint8Array): string | undefined => readFrame(frame)?.key;
    const body = new Uint8Array(3);
    expect(keyOf(a.frame(KIND.envelope, "r", body))).toBe(keyOf(a.frame(KIND.chunk, "r", new Uint8Array(9))));
    expect(keyOf(a.frame(KIND.envelope, "r", body))).not.toBe(keyOf(b.frame(KIND.envelope, "r", body)));
    expect(keyOf(a.frame(KIND.envelope, "r", body))).not.toBe(keyOf(a.frame(KIND.envelope, "", body)));
    const before = keyOf(a.frame(KIND.envelope, "r", body));
    a.beginEpoch();
    expect(keyOf(a.frame(KIND.envelope, "r", body))).not.toBe(before);
  });

  it("are undefined or within the bytes, whatever the bytes are", () => {
    fc.assert(
      fc.property(bytes, (garbage) => {
        const frame = readFrame(amid(garbage));
        if (frame === undefined) return;
        expect(frame.body.length + frame.key.length).toBeLessThan(garbage.length);
        const head = readHead(frame.key);
        expect(head === undefined || head.identity !== "").toBe(true);
      }),
    );
  });

  it("are undefined or whole where they are cut or changed", () => {
    const whole = new FrameWriter("identity", "incarnation").frame(KIND.envelope, "reply", Buffer.from("body"));
    for (let length = 0; length < whole.length; length++) {
      const frame = readFrame(amid(whole.subarray(0, length)));
      if (frame !== undefined) expect(readHead(frame.key)?.identity).toBe("identity");
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        const frame = readFrame(amid(changed));
        if (frame !== undefined) readHead(frame.key);
      }),
    );
  });

  it("with a head of no use are none", () => {
    expect(readFrame(Buffer.from([0xff, 0xff, 1, 2, 3]))).toBeUndefined();
    const head = Buffer.alloc(5_000, 0x61);
    const long = Buffer.concat([Buffer.from([head.length & 0xff, head.length >> 8]), head, Buffer.from([1, 2])]);
    expect(readFrame(long)).toBeUndefined();
    expect(readHead("")).toBeUndefined();
    expect(readHead("\0\0\0\0\u0001\0\xff\0\0")).toBeUndefined(); // An identity that is not UTF-8.
    expect(readHead("\0\0\0\0\0\0\0\0")).toBeUndefined(); // No identity.
  });

  it("are not written where no reader takes them", () => {
    const writer = new FrameWriter("i".repeat(1_000), "r".repeat(1_000));
    expect(() => writer.frame(KIND.envelope, "x".repeat(3_000), new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(readFrame(writer.frame(KIND.envelope, "x".repeat(2_000), new Uint8Array(1)))).toBeDefined();
  });
});
