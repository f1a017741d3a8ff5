import { ClosedError, isGraphoidError, OverloadedError } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageTooLargeError } from "./errors.ts";
import { frameKind, lanes } from "./frame-format.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { ByteChannel } from "./transport.ts";

/** A channel that keeps what is written; with `slow`, each write leaves only when the test says so. */
class FakeChannel implements ByteChannel {
  readonly local = { path: "" };
  readonly remote = { path: "" };
  readonly security = undefined;
  readonly writes: Uint8Array[][] = [];
  readonly given: Uint8Array[] = [];
  slow = false;
  start(): void {}
  write(chunks: readonly Uint8Array[]): boolean {
    // Copies, since the memory is used again once the write has left.
    this.writes.push(chunks.map((chunk) => new Uint8Array(chunk)));
    this.given.push(...chunks);
    return !this.slow;
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
  abort(): void {}
  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.writes.flat()));
  }
}

const limits = { highWaterBytes: 100_000, maxQueuedBytes: 10_000_000 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setup(options: { slow?: boolean; highWaterBytes?: number; maxQueuedBytes?: number } = {}): {
  channel: FakeChannel;
  writer: FrameWriter;
} {
  const channel = new FakeChannel();
  channel.slow = options.slow ?? false;
  return { channel, writer: new FrameWriter(channel, { ...limits, ...options }, 10_000_000) };
}

function decode(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const sink = { full: false, onMessage: (message: Uint8Array) => void messages.push(message), onControl: () => {} };
  const reader = new FrameReader(sink, 100_000_000);
  reader.push(bytes, false);
  reader.end();
  return messages;
}

/** Lets everything leave that waits. */
async function drain(channel: FakeChannel, writer: FrameWriter): Promise<void> {
  while (writer.queuedBytes > 0) {
    const written = channel.writes.length;
    await turn();
    if (channel.slow && channel.writes.length === written) writer.onWritten();
  }
}

describe("FrameWriter", () => {
  test("gathers the small messages of a turn in one write", async () => {
    const { channel, writer } = setup();
    for (let i = 0; i < 100; i++) void writer.send(new Uint8Array([i]), 1);
    await Promise.resolve().then(() => void writer.send(new Uint8Array([100]), 1));
    expect(channel.writes).toHaveLength(0);
    await turn();
    expect(channel.writes).toHaveLength(1);
    expect(channel.writes[0]).toHaveLength(1);
    expect(decode(channel.bytes).map(([n]) => n)).toEqual([...Array(101).keys()]);
  });

  test("copies small messages at once, and sends large ones from where they are", async () => {
    const { channel, writer } = setup();
    const small = new Uint8Array(8192).fill(1);
    const large = new Uint8Array(8193).fill(2);
    void writer.send(small, 1);
    void writer.send(large, 1);
    small.fill(9);
    await turn();
    expect(channel.given.includes(large)).toBe(true);
    expect(decode(channel.bytes)).toEqual([new Uint8Array(8192).fill(1), large]);
  });

  test("lets a short message overtake a long one, by fragments", async () => {
    const { channel, writer } = setup({ slow: true });
    const long = new Uint8Array(2_000_000).map((_, i) => i);
    void writer.send(long, 2);
    await turn();
    void writer.send(new Uint8Array([1]), 0);
    void writer.send(new Uint8Array([2]), 1);
    await drain(channel, writer);
    const messages = decode(channel.bytes);
    expect(messages.map((message) => message.length)).toEqual([1, 1, long.length]);
    expect(Buffer.compare(messages[2]!, long)).toBe(0);
    const first = channel.writes[1]!.reduce((sum, chunk) => sum + chunk.length, 0);
    expect(first).toBeLessThan(350_000);
    expect(Math.max(...channel.writes.flat().map((chunk) => chunk.length))).toBe(65_536);
  });

  test("gives normal messages most of the room beside bulk, and bulk some", async () => {
    const { channel, writer } = setup({ slow: true });
    for (let i = 0; i < 40; i++) void writer.send(new Uint8Array(20_000).fill(2), 2);
    for (let i = 0; i < 40; i++) void writer.send(new Uint8Array(20_000).fill(1), 1);
    await drain(channel, writer);
    const order = decode(channel.bytes).map(([lane]) => lane);
    const firstHalf = order.slice(0, 40).filter((lane) => lane === 1).length;
    expect(firstHalf).toBeGreaterThanOrEqual(28);
    expect(firstHalf).toBeLessThan(40);
  });

  test("makes `send` wait above the high-water mark, until half of it is left", async () => {
    const { channel, writer } = setup({ slow: true, highWaterBytes: 1000 });
    const below = writer.send(new Uint8Array(900), 1);
    let released = 0;
    const above = [writer.send(new Uint8Array(200), 1), writer.send(new Uint8Array(200), 1)];
    for (const wait of above) void wait.then(() => released++);
    await below;
    await turn();
    expect(channel.writes).toHaveLength(1);
    expect(released).toBe(0);
    writer.onWritten();
    await turn();
    expect(released).toBe(2);
    expect(writer.queuedBytes).toBe(0);
  });

  test("refuses messages over the peer's limit and over the queue's, and stays usable", async () => {
    const { channel, writer } = setup({ slow: true, maxQueuedBytes: 1_000_000 });
    writer.maxMessageBytes = 500_000;
    await expect(writer.send(new Uint8Array(500_001), 1)).rejects.toThrow(MessageTooLargeError);
    for (let i = 0; i < 3; i++) void writer.send(new Uint8Array(500_000), 1);
    await expect(writer.send(new Uint8Array(1), 1)).rejects.toThrow(OverloadedError);
    await drain(channel, writer);
    channel.slow = false;
    await writer.send(new Uint8Array(1), 1);
    await turn();
    expect(decode(channel.bytes)).toHaveLength(4);
  });

  test("N4: fails every waiting send in the same tick when it is stopped", async () => {
    const { writer } = setup({ slow: true, highWaterBytes: 10 });
    const errors: unknown[] = [];
    for (let i = 0; i < 5; i++) writer.send(new Uint8Array(100), 1).catch((error) => errors.push(error));
    await turn();
    const reason = new ClosedError("gone");
    writer.stop(reason);
    await Promise.resolve();
    expect(errors).toEqual(Array(5).fill(reason));
    await expect(writer.send(new Uint8Array(1), 1)).rejects.toBe(reason);
    // The write under way cannot be called back.
    expect(writer.queuedBytes).toBe(5 * 104);
    writer.onWritten();
    expect(writer.queuedBytes).toBe(0);
  });

  test("sends no more than the window, but what is urgent, until there is credit", async () => {
    const { channel, writer } = setup();
    writer.setWindow(100_000);
    for (let i = 0; i < 10; i++) void writer.send(new Uint8Array(50_000), 2);
    while (channel.bytes.length < 100_000) await turn();
    await turn();
    const stalled = channel.bytes.length;
    // The last fragment may go over it.
    expect(stalled).toBeLessThan(100_000 + 65_536);
    const { progress } = writer;
    void writer.send(new Uint8Array(10), 0);
    await turn();
    expect(channel.bytes.length).toBe(stalled + 14);
    expect(writer.progress).toBe(progress);
    writer.addCredit(stalled + 14);
    while (channel.bytes.length < stalled + 100_000) await turn();
    expect(writer.progress).toBeGreaterThan(progress);
    writer.addCredit(0xffff_ffff);
    await drain(channel, writer);
    expect(decode(channel.bytes)).toHaveLength(11);
  });

  test("uses no memory twice, though it was stopped with a queue that had left in part", async () => {
    const { channel, writer } = setup({ slow: true });
    for (let i = 0; i < 100; i++) void writer.send(new Uint8Array(8000).fill(1), 1).catch(() => {});
    await turn();
    writer.stop(new ClosedError("gone"));
    writer.onWritten();
    const others = Array.from({ length: 6 }, () => setup());
    for (const [i, other] of others.entries()) void other.writer.send(new Uint8Array(8000).fill(i), 1);
    await turn();
    for (const [i, other] of others.entries())
      expect(decode(other.channel.bytes)).toEqual([new Uint8Array(8000).fill(i)]);
    expect(channel.writes).toHaveLength(1);
  });

  test("finishes with everything that was queued, then the last frame", async () => {
    const { channel, writer } = setup({ slow: true });
    void writer.send(new Uint8Array(300_000), 2);
    void writer.send(new Uint8Array(5), 1);
    let finished = 0;
    writer.finish(new ClosedError("done"), { kind: frameKind.goodbye, payload: new Uint8Array([0]) }, () => finished++);
    expect(isGraphoidError(await writer.send(new Uint8Array(1), 1).catch((error) => error), "CLOSED")).toBe(true);
    await drain(channel, writer);
    await turn();
    expect(finished).toBe(1);
    expect([...channel.bytes.slice(-5)]).toEqual([frameKind.goodbye, 0, 0, 1, 0]);
    expect(decode(channel.bytes)).toHaveLength(2);
  });

  test("N8: counts in its queue what it was given, and nothing once all has left", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 20, 8192, 8193, 70_000), fc.nat(2)), { maxLength: 20 }),
        fc.boolean(),
        async (messages, slow) => {
          const { channel, writer } = setup({ slow });
          for (const [size, lane] of messages) void writer.send(new Uint8Array(size), lane);
          await drain(channel, writer);
          expect(writer.queuedBytes).toBe(0);
          expect(writer.bytes).toBe(channel.bytes.length);
          expect(writer.messages).toBe(messages.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("writer and reader", () => {
  const message = fc.record({
    lane: fc.nat(lanes.length - 1),
    size: fc.oneof(fc.nat(300), fc.constantFrom(8191, 8192, 8193, 65_535, 65_536, 65_537, 200_000)),
  });

  test("bring every message across once, whole, in the order of its lane, however the bytes are sliced", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(message, { maxLength: 8 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (turns, cuts, slow, reused) => {
          const { channel, writer } = setup({ slow });
          const sent: Uint8Array[][] = [[], [], []];
          let serial = 0;
          for (const messages of turns) {
            for (const { lane, size } of messages) {
              const bytes = new Uint8Array(size).fill(++serial);
              if (size > 0) bytes[0] = lane;
              sent[lane]!.push(bytes.slice());
              void writer.send(bytes, lane);
            }
            await turn();
          }
          await drain(channel, writer);

          const got: Uint8Array[] = [];
          const sink = { full: false, onMessage: (m: Uint8Array) => void got.push(m), onControl: () => {} };
          const reader = new FrameReader(sink, 1_000_000);
          const bytes = channel.bytes;
          const memory = new Uint8Array(40_000);
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const chunk = bytes.subarray(at, at + cuts[i % cuts.length]!);
            at += chunk.length;
            if (reused) {
              memory.fill(0xee);
              memory.set(chunk);
              expect(reader.push(memory.subarray(0, chunk.length), true)).toBe(chunk.length);
            } else {
              expect(reader.push(chunk, false)).toBe(chunk.length);
            }
          }
          reader.end();
          expect(got).toHaveLength(serial);
          for (const [lane, expected] of sent.entries()) {
            const ofLane = got.filter((m) => m.length > 0 && m[0] === lane);
            const filled = expected.filter((m) => m.length > 0);
            expect(Buffer.concat(ofLane).equals(Buffer.concat(filled))).toBe(true);
            expect(ofLane.map((m) => m.length)).toEqual(filled.map((m) => m.length));
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
