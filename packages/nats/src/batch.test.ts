import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batch, partsOf } from "./batch.ts";
import { FrameWriter, KIND, readFrame } from "./frame.ts";

const frames = new FrameWriter("a", "1");
const bytes = fc.uint8Array({ maxLength: 300 });

describe("Batch", () => {
  it("carries what it was given, in order, and one alone as an envelope", () => {
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: 1, maxLength: 20 }),
        fc.uint8Array({ maxLength: 20 }),
        (parts, front) => {
          const batch = new Batch("subject", "reply");
          for (const part of parts) batch.add(part);
          const frame = readFrame(batch.frame(frames, front));
          expect(frame?.kind).toBe(parts.length === 1 ? KIND.envelope : KIND.batch);
          const body = frame?.body as Uint8Array;
          expect([...body.subarray(0, front.length)]).toEqual([...front]);
          const rest = body.subarray(front.length);
          const found = parts.length === 1 ? [rest] : [...partsOf(rest)];
          expect(found.map((part) => [...part])).toEqual(parts.map((part) => [...part]));
        },
      ),
    );
  });

  it("has room for as many bytes as fit, with the four before each", () => {
    const batch = new Batch("subject", "");
    expect(batch.hasRoom(new Uint8Array(96), 100)).toBe(true);
    expect(batch.hasRoom(new Uint8Array(97), 100)).toBe(false);
    batch.add(new Uint8Array(10));
    expect(batch.hasRoom(new Uint8Array(82), 100)).toBe(true);
    expect(batch.hasRoom(new Uint8Array(83), 100)).toBe(false);
    expect(batch.hasRoom(new Uint8Array(65_536 - 18), 2 ** 20)).toBe(true);
    expect(batch.hasRoom(new Uint8Array(65_536 - 17), 2 ** 20)).toBe(false);
    expect([8_192, 8_193].map((length) => Batch.takes(new Uint8Array(length)))).toEqual([true, false]);
  });
});

describe("partsOf", () => {
  it("reads any bytes without going beyond them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        let total = 0;
        for (const part of partsOf(body)) total += 4 + part.length;
        expect(total).toBeLessThanOrEqual(body.length);
      }),
    );
  });

  it("leaves out what is cut off", () => {
    expect([...partsOf(Uint8Array.of(1, 0, 0, 0, 7, 9, 0, 0, 0, 1))].map((part) => [...part])).toEqual([[7]]);
    expect([...partsOf(Uint8Array.of(255, 255, 255, 255, 1))]).toEqual([]);
  });
});
