import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageTooLargeError, TruncatedFrameError } from "./errors.ts";
import { lengthPrefixed } from "./framing.ts";

describe("lengthPrefixed", () => {
  test("writes a length of four bytes, big-endian, before each message", () => {
    const bytes = Buffer.concat(lengthPrefixed().encode(new Uint8Array([7, 8])));
    expect([...bytes]).toEqual([0, 0, 0, 2, 7, 8]);
  });

  test("reads what it wrote, however it is sliced", () => {
    const framing = lengthPrefixed();
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 })),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map((message) => Buffer.concat(framing.encode(message))));
          const decoder = framing.decoder({ maxMessageBytes: 50 });
          const got: Uint8Array[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const chunk = stream.subarray(at, at + cuts[i % cuts.length]!);
            decoder.push(chunk, (message) => got.push(message));
            at += chunk.length;
          }
          decoder.end();
          expect(got).toEqual(messages);
        },
      ),
    );
  });

  test("N2: refuses a message over the limit on its length", () => {
    const decoder = lengthPrefixed().decoder({ maxMessageBytes: 100 });
    expect(() => decoder.push(new Uint8Array([0, 0, 0, 101]), () => {})).toThrow(MessageTooLargeError);
  });

  test.each([[[0]], [[0, 0, 0, 2]], [[0, 0, 0, 2, 1]]])("N4: knows that %o is not the end of a message", (bytes) => {
    const decoder = lengthPrefixed().decoder({ maxMessageBytes: 100 });
    decoder.push(new Uint8Array(bytes), () => {});
    expect(() => decoder.end()).toThrow(TruncatedFrameError);
  });
});
