import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batch, partsOf } from "./batch.ts";
import { FrameWriter, KIND, readFrame } from "./frame.ts";

const writer = new FrameWriter("a", "run");

/** The kind of a batch's frame, and what is read of its body. */
function sent(batch: Batch): { kind: number | undefined; parts: number[][] } {
  const frame = readFrame(batch.frame(writer));
  const body = frame?.body ?? new Uint8Array(0);
  const parts = frame?.kind === KIND.batch ? [...partsOf(body)] : [body];
  return { kind: frame?.kind, parts: parts.map((part) => [...part]) };
}

describe("Batch", () => {
  it("gives back what it was given, in that order, one alone as a plain envelope", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 20 }), (parts) => {
        const batch = new Batch("s", "r");
        for (const part of parts) batch.add(part);
        const { kind, parts: read } = sent(batch);
        expect(kind).toBe(parts.length === 1 ? KIND.envelope : KIND.batch);
        expect(read).toEqual(parts.map((part) => [...part]));
      }),
    );
  });

  it("has no room beyond what a message may have", () => {
    const batch = new Batch("s", "r");
    batch.add(new Uint8Array(50));
    expect(batch.hasRoom(new Uint8Array(42), 100)).toBe(true);
    expect(batch.hasRoom(new Uint8Array(43), 100)).toBe(false);
    batch.add(new Uint8Array(42));
    expect(readFrame(batch.frame(writer))?.body).toHaveLength(100);
  });
});

describe("partsOf", () => {
  it("reads any bytes without a throw or a byte beyond them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
        const around = Buffer.concat([Buffer.alloc(5, 0xee), garbage, Buffer.alloc(400, 0xee)]);
        let length = 0;
        for (const part of partsOf(around.subarray(5, 5 + garbage.length))) length += 4 + part.length;
        expect(length).toBeLessThanOrEqual(garbage.length);
      }),
    );
  });

  it("leaves out what is cut off", () => {
    const body = Buffer.from([1, 0, 0, 0, 7, 2, 0, 0, 0, 8]);
    expect([...partsOf(body)].map((part) => [...part])).toEqual([[7]]);
    expect([...partsOf(Buffer.from([0xff, 0xff, 0xff, 0xff]))]).toEqual([]);
  });
});
