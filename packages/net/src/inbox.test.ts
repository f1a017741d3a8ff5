import { ClosedError, ManualClock } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { ConnectionLostError } from "./errors.ts";
import { Inbox } from "./inbox.ts";

function setup(highWaterBytes = 10_000) {
  const clock = new ManualClock();
  const events: string[] = [];
  const inbox = new Inbox<Uint8Array>(
    "net.receive",
    clock,
    { highWaterBytes, lowMark: highWaterBytes / 2 },
    (item) => item.length,
    {
      onRoom: () => events.push("room"),
      onEndSeen: () => events.push("end seen"),
    },
  );
  return { clock, events, inbox };
}

const bytes = (n: number): Uint8Array => new Uint8Array([n]);

describe("Inbox", () => {
  test("serves those who wait in order, and keeps what nobody waits for", async () => {
    const { inbox } = setup();
    const waits = [inbox.take(), inbox.take({}), inbox.take()];
    for (let n = 0; n < 5; n++) inbox.put(bytes(n));
    expect((await Promise.all(waits)).map(([n]) => n)).toEqual([0, 1, 2]);
    expect(inbox.length).toBe(2);
    expect(await inbox.take()).toEqual(bytes(3));
    expect(await inbox.take()).toEqual(bytes(4));
    expect(inbox.bytes).toBe(0);
  });

  test("keeps its order through thousands of items", async () => {
    const { inbox } = setup();
    const took: number[] = [];
    const take = async (): Promise<number> => took.push(new Uint32Array((await inbox.take()).buffer)[0]!);
    for (let n = 0; n < 10_000; n++) {
      inbox.put(new Uint8Array(new Uint32Array([n]).buffer));
      if (n % 3 > 0) await take();
    }
    while (inbox.length > 0) await take();
    expect(took).toEqual([...Array(10_000).keys()]);
  });

  test("N8: is full at its mark, also by empty messages, and says when there is room again", async () => {
    const { events, inbox } = setup(1280);
    for (let n = 0; n < 10; n++) {
      expect(inbox.full).toBe(false);
      inbox.put(new Uint8Array(0));
    }
    expect(inbox.full).toBe(true);
    for (let n = 0; n < 4; n++) await inbox.take();
    expect(events).toEqual([]);
    await inbox.take();
    expect(events).toEqual(["room"]);
  });

  test("gives what came before the end, then the end to everyone", async () => {
    const { events, inbox } = setup();
    inbox.put(bytes(1));
    const lost = new ConnectionLostError("gone");
    inbox.end(lost);
    expect(await inbox.take()).toEqual(bytes(1));
    expect(events).toEqual([]);
    await expect(inbox.take()).rejects.toBe(lost);
    await expect(inbox.take({ timeoutMs: 5 })).rejects.toBe(lost);
    await expect(inbox.iterate().next()).rejects.toBe(lost);
    expect(events).toEqual(Array(3).fill("end seen"));
  });

  test("ends a loop at an orderly close, and throws in it at any other", async () => {
    const read = async (inbox: Inbox<Uint8Array>): Promise<number[]> => {
      const seen: number[] = [];
      for await (const [n] of { [Symbol.asyncIterator]: () => inbox.iterate() }) seen.push(n!);
      return seen;
    };
    const closed = setup().inbox;
    closed.put(bytes(7));
    const loop = read(closed);
    closed.put(bytes(8));
    await Promise.resolve();
    closed.end(new ClosedError("done"));
    expect(await loop).toEqual([7, 8]);

    const broken = setup().inbox;
    const brokenLoop = read(broken);
    broken.end(new ConnectionLostError("gone"));
    await expect(brokenLoop).rejects.toThrow(ConnectionLostError);
  });

  test("loses no message to a wait that was given up", async () => {
    const { clock, inbox } = setup();
    const controller = new AbortController();
    const aborted = inbox.take({ signal: controller.signal });
    const late = inbox.take({ timeoutMs: 50 });
    const patient = inbox.take();
    await Promise.resolve();
    controller.abort("enough");
    clock.advance(50);
    await expect(aborted).rejects.toMatchObject({ code: "CANCELLED", cause: "enough" });
    await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", details: { timeoutMs: 50 } });
    inbox.put(bytes(1));
    expect(await patient).toEqual(bytes(1));
    expect(clock.pending).toBe(0);
  });

  test("takes no notice of a wait that is hopeless from the start", async () => {
    const { inbox } = setup();
    inbox.put(bytes(1));
    await expect(inbox.take({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(inbox.take({ timeoutMs: -1 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(inbox.take({ timeout: 1 } as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(inbox.length).toBe(1);
  });
});
