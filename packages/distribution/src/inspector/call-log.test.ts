import { type Envelope, ManualClock, type Ref } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { CallLog } from "./call-log.ts";
import { LinkRates } from "./link-rates.ts";

const traceparent = (n: number): string => `00-${n.toString(16).padStart(32, "0")}-00000000000000aa-01`;
const to = (location: unknown): Ref => ({ location: () => location }) as Ref;

function envelope(kind: Envelope["kind"], id: number, trace?: number | string): Envelope {
  const parent = typeof trace === "number" ? traceparent(trace) : trace;
  const headers = parent === undefined ? {} : { traceparent: parent };
  return { kind, id, target: "x", message: "m", payload: null, headers };
}

describe("CallLog", () => {
  const clock = new ManualClock();
  const newLog = () =>
    new CallLog(
      "here",
      clock,
      () => 1000,
      () => {},
    );

  it("keeps calls of traces, and when and how they ended", () => {
    const log = newLog();
    log.sent(to("there"), envelope("request", 1, 7));
    clock.advance(5);
    log.sent(to("there"), envelope("stream", 2, 7));
    log.arrived(envelope("item", 2), {});
    expect(log.traces()[0]?.steps.map(({ status }) => status)).toEqual(["open", "open"]);
    clock.advance(5);
    log.arrived(envelope("reply", 1), {});
    log.arrived(envelope("error", 2), {});
    log.arrived(envelope("reply", 1), {});
    expect(log.traces()).toMatchObject([
      {
        startedAt: 1000,
        steps: [
          { from: "here", to: "there", startMs: 0, durationMs: 10, status: "ok" },
          { startMs: 5, durationMs: 5, status: "error" },
        ],
      },
    ]);
  });

  it("keeps nothing of calls without a trace, of malformed ones, and of places that have no name", () => {
    const log = newLog();
    log.sent(to("there"), envelope("request", 1));
    log.sent(to("there"), envelope("request", 2, "not a traceparent"));
    log.sent(to(5), envelope("request", 3, 1));
    log.arrived(envelope("request", 4, 1), {});
    log.arrived(envelope("reply", 99), {});
    expect(log.traces()).toEqual([]);
  });

  it("is bounded, whatever comes", () => {
    const log = newLog();
    for (let i = 0; i < 500; i++) log.sent(to("there"), envelope("request", i, i));
    expect(log.traces().length).toBe(100);
    for (let i = 0; i < 500; i++) log.sent(to("there"), envelope("request", i, 499));
    expect(log.trace(`${"0".repeat(29)}1f3`)?.steps.length).toBe(300);
    const long = { ...envelope("request", 1, 499), message: "x".repeat(1000) };
    expect(log.arrived(long, {})).toEqual({});
  });
});

describe("LinkRates", () => {
  it("makes rates of counts, and tells of a connection once, whichever end reports it", () => {
    const rates = new LinkRates();
    const link = { from: "b", to: "a", bytes: 1000, messages: 1 };
    expect(rates.read([link, { ...link, from: "a", to: "b", bytes: 999 }, { ...link, to: "b" }], 0)).toEqual([
      { ...link, bytesPerSecond: 0 },
    ]);
    expect(rates.read([{ ...link, bytes: 3000, roundTripMs: 2 }], 500)).toEqual([
      { ...link, bytes: 3000, roundTripMs: 2, bytesPerSecond: 4000 },
    ]);
    expect(rates.read([{ ...link, bytes: 3000, roundTripMs: 2 }], 1000)).toMatchObject([{ bytesPerSecond: 0 }]);
    expect(rates.read([{ ...link, bytes: 3000, roundTripMs: 2 }], 1500)).toEqual([]);
    // Who counts anew has restarted.
    expect(rates.read([{ ...link, bytes: 5 }], 2000)).toMatchObject([{ bytes: 5, bytesPerSecond: 0 }]);
  });
});
