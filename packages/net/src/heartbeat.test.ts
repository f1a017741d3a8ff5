import { ManualClock } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { Heartbeat } from "./heartbeat.ts";

const defaults = { intervalMs: 600, suspectAfterMs: 1500, failAfterMs: 4000 };

function setup(options: typeof defaults | null = defaults, peerIntervalMs = 750) {
  const clock = new ManualClock();
  const events: string[] = [];
  const pings: Uint8Array[] = [];
  const heartbeat = new Heartbeat(clock, options ?? undefined, peerIntervalMs, {
    ping: (payload) => pings.push(payload),
    onSuspect: () => events.push(`suspect at ${clock.now()}`),
    onAlive: () => events.push(`alive at ${clock.now()}`),
    onFail: (silentMs) => {
      events.push(`failed at ${clock.now()}: ${silentMs}`);
      heartbeat.stop();
    },
  });
  heartbeat.start();
  return { clock, events, pings, heartbeat };
}

describe("Heartbeat", () => {
  test("N5: with the defaults, silence is suspect within 2 s and fails within 5 s", () => {
    const { clock, events, heartbeat } = setup();
    clock.advance(400);
    heartbeat.heard();
    clock.advance(10_000);
    expect(events).toEqual(["suspect at 1900", "failed at 4400: 4000"]);
    expect(clock.pending).toBe(0);
  });

  test("any byte clears a suspicion", () => {
    const { clock, events, heartbeat } = setup();
    clock.advance(2000);
    heartbeat.heard();
    clock.advance(1499);
    heartbeat.heard();
    clock.advance(1400);
    expect(events).toEqual(["suspect at 1500", "alive at 2000"]);
  });

  test("pings at its interval, and at the one that the peer asked for, but not without bounds", () => {
    const count = (options: typeof defaults | null, peerIntervalMs: number): number => {
      const { clock, pings, heartbeat } = setup(options, peerIntervalMs);
      for (let i = 0; i < 60; i++) {
        heartbeat.heard();
        clock.advance(100);
      }
      return pings.length;
    };
    expect(count(defaults, 0)).toBe(10);
    expect(count(defaults, 300)).toBe(20);
    expect(count(null, 750)).toBe(8);
    expect(count(null, 1)).toBe(60);
    expect(count(null, 0)).toBe(0);
  });

  test("leaves the pinging to a peer that pings, but now and then", () => {
    const { clock, pings, heartbeat } = setup();
    for (let i = 0; i < 80; i++) {
      clock.advance(550);
      heartbeat.heard();
      heartbeat.onPing();
    }
    expect(pings.length).toBeGreaterThan(5);
    expect(pings.length).toBeLessThan(15);
  });

  test("measures the round trip by the pong to its last ping only", () => {
    const { clock, pings, heartbeat } = setup();
    clock.advance(600);
    clock.advance(30);
    heartbeat.onPong(new Uint8Array([9, 9, 9, 9]));
    expect(heartbeat.roundTripMs).toBeUndefined();
    heartbeat.onPong(pings[0]!);
    expect(heartbeat.roundTripMs).toBe(30);
  });

  test("does not blame the peer while this side does not read", () => {
    const { clock, events, pings, heartbeat } = setup();
    heartbeat.setDeaf(true);
    clock.advance(60_000);
    expect(events).toEqual([]);
    expect(pings.length).toBe(100);
    heartbeat.setDeaf(false);
    clock.advance(1400);
    expect(events).toEqual([]);
    clock.advance(5000);
    expect(events).toHaveLength(2);
  });

  test("does not blame the peer for a time in which this process stood still", () => {
    let now = 0;
    let fire = (): void => {};
    const clock = {
      now: () => now,
      after: (_: number, run: () => void) => {
        fire = run;
        return { cancel: () => {} };
      },
    };
    const events: string[] = [];
    const note = (name: string) => () => events.push(name);
    new Heartbeat(clock, defaults, 750, {
      ping: note("ping"),
      onSuspect: note("suspect"),
      onAlive: note("alive"),
      onFail: note("fail"),
    }).start();
    now = 20_000;
    fire();
    expect(events).toEqual(["ping"]);
  });
});
