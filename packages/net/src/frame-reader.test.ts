import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageTooLargeError, ProtocolError, TruncatedFrameError } from "./errors.ts";
import { FrameReader } from "./frame-reader.ts";

class Sink {
  full = false;
  readonly messages: Uint8Array[] = [];
  readonly controls: { kind: number; payload: Uint8Array }[] = [];
  onMessage(message: Uint8Array): void {
    this.messages.push(message);
  }
  onControl(kind: number, payload: Uint8Array): void {
    this.controls.push({ kind, payload: payload.slice() });
  }
}

function header(tag: number, length: number, total?: number): Uint8Array {
  const bytes = new Uint8Array(total === undefined ? 4 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ((tag << 24) | length) >>> 0);
  if (total !== undefined) view.setUint32(4, total);
  return bytes;
}

function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const normalMessage = 0x11;
const normalBegin = 0x12;
const normalPart = 0x13;
const maxMessageBytes = 1_000_000;

function read(bytes: Uint8Array, limit: number = maxMessageBytes): Sink {
  const sink = new Sink();
  new FrameReader(sink, limit).push(bytes, false);
  return sink;
}

describe("FrameReader", () => {
  test("gives messages that stay as they are when the chunk's memory is used again", () => {
    const sink = new Sink();
    const reader = new FrameReader(sink, maxMessageBytes);
    const memory = new Uint8Array(300_000);
    const sizes = [3, 5000, 0, 100, 20_000, 7, 65_536, 1];
    const frames = join(...sizes.flatMap((size, i) => [header(normalMessage, size), new Uint8Array(size).fill(i + 1)]));
    memory.set(frames);
    expect(reader.push(memory.subarray(0, frames.length), true)).toBe(frames.length);
    memory.fill(0xee);
    expect(sink.messages.map((message) => message.length)).toEqual(sizes);
    for (const [i, message] of sink.messages.entries()) expect(message.every((byte) => byte === i + 1)).toBe(true);
  });

  test("gives plain Uint8Arrays, also out of a Buffer", () => {
    const [message] = read(Buffer.from(join(header(normalMessage, 3), new Uint8Array([1, 2, 3])))).messages;
    expect(Object.getPrototypeOf(message)).toBe(Uint8Array.prototype);
    expect(message).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("stops where the sink is full, and goes on from there", () => {
    const sink = new Sink();
    const reader = new FrameReader(sink, maxMessageBytes);
    sink.onMessage = (message) => {
      sink.messages.push(message);
      sink.full = sink.messages.length % 2 === 0;
    };
    const bytes = join(...[1, 2, 3, 4, 5].flatMap((n) => [header(normalMessage, 1), new Uint8Array([n])]));
    expect(reader.push(bytes, false)).toBe(10);
    sink.full = false;
    expect(reader.push(bytes.subarray(10), false)).toBe(10);
    sink.full = false;
    expect(reader.push(bytes.subarray(20), false)).toBe(5);
    expect(sink.messages.map(([n]) => n)).toEqual([1, 2, 3, 4, 5]);
  });

  test("reads a message that comes in fragments between those of other lanes", () => {
    const sink = read(
      join(
        header(0x22, 2, 5),
        new Uint8Array([1, 2]),
        header(0x01, 1),
        new Uint8Array([9]),
        header(0x23, 3),
        new Uint8Array([3, 4, 5]),
      ),
    );
    expect(sink.messages).toEqual([new Uint8Array([9]), new Uint8Array([1, 2, 3, 4, 5])]);
  });

  test("N2: refuses a message over the limit on its header alone", () => {
    expect(() => read(header(normalMessage, 101), 100)).toThrow(MessageTooLargeError);
    expect(() => read(header(normalBegin, 50, 101), 100)).toThrow(MessageTooLargeError);
    expect(() => read(header(normalMessage, 65_537))).toThrow(MessageTooLargeError);
    expect(() => read(header(normalBegin, 65_537, 100_000))).toThrow(MessageTooLargeError);
    // Byte for byte as well: the last byte of the header is what decides.
    const reader = new FrameReader(new Sink(), 100);
    for (const byte of header(normalBegin, 50, 0xffff_ffff).subarray(0, 7)) reader.push(new Uint8Array([byte]), false);
    expect(() => reader.push(new Uint8Array([0xff]), false)).toThrow(MessageTooLargeError);
  });

  test("takes messages up to the very limit", () => {
    expect(read(join(header(normalMessage, 100), new Uint8Array(100)), 100).messages[0]).toHaveLength(100);
    expect(read(join(header(normalMessage, 65_536), new Uint8Array(65_536)), 65_536).messages[0]).toHaveLength(65_536);
  });

  test("sets no more memory aside for a long message than a part of what it claims", () => {
    const reader = new FrameReader(new Sink(), 0xffff_ffff);
    const before = process.memoryUsage().arrayBuffers;
    reader.push(join(header(normalBegin, 10, 0xffff_fff0), new Uint8Array(10)), false);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
  });

  test.each([
    ["zeros", new Uint8Array(8)],
    ["a kind that does not exist", header(0x17, 1)],
    ["a lane that does not exist", header(0x31, 1)],
    ["bits that must be zero", header(0x91, 1)],
    ["a fragment without a message", join(header(normalPart, 1), new Uint8Array(1))],
    ["a message inside another", join(header(normalBegin, 1, 3), new Uint8Array(1), header(normalMessage, 1))],
    ["a beginning inside another", join(header(normalBegin, 1, 3), new Uint8Array(1), header(normalBegin, 1, 3))],
    [
      "a fragment longer than what is missing",
      join(header(normalBegin, 1, 3), new Uint8Array(1), header(normalPart, 3)),
    ],
    ["an empty fragment", join(header(normalBegin, 1, 3), new Uint8Array(1), header(normalPart, 0))],
    ["an empty beginning", header(normalBegin, 0, 3)],
    ["a beginning that is all", header(normalBegin, 3, 3)],
    ["a ping on another lane", header(0x14, 4)],
    ["a ping of another length", header(0x04, 5)],
    ["a long goodbye", header(0x06, 1025)],
  ])("refuses %s", (_, bytes) => {
    expect(() => read(bytes)).toThrow(ProtocolError);
  });

  test("N4: tells an end inside a frame or message from an end between them", () => {
    const whole = join(header(normalBegin, 2, 5), new Uint8Array(2), header(normalPart, 3), new Uint8Array(3));
    for (let length = 1; length < whole.length; length++) {
      const reader = new FrameReader(new Sink(), maxMessageBytes);
      reader.push(whole.subarray(0, length), false);
      expect(() => reader.end()).toThrow(TruncatedFrameError);
    }
    const reader = new FrameReader(new Sink(), maxMessageBytes);
    reader.push(whole, false);
    reader.end();
  });

  test("meets any bytes at all with messages or a typed error", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            fc
              .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 0x11, 0x12, 0x13, 0x23), fc.nat(12), fc.nat(30))
              .map(([tag, length, total]) => header(tag, length, (tag & 15) === 2 ? total : undefined)),
          ),
        ),
        fc.boolean(),
        (chunks, reused) => {
          const reader = new FrameReader(new Sink(), 64);
          try {
            for (const chunk of chunks) expect(reader.push(chunk, reused)).toBe(chunk.length);
            reader.end();
          } catch (error) {
            if (
              !(error instanceof ProtocolError) &&
              !(error instanceof MessageTooLargeError) &&
              !(error instanceof TruncatedFrameError)
            ) {
              throw error;
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
