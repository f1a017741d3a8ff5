import { describe, expect, it } from "vitest";
import { natsRouter } from "./index.ts";
import type { NatsRouterOptions } from "./options.ts";
import { toSettings } from "./options.ts";

const host: NatsRouterOptions["host"] = {
  identity: "me",
  incarnation: "run",
  encode: () => new Uint8Array(0),
  decode: () => ({ kind: "send", id: 0, target: "", message: "", payload: null, headers: {} }),
  deliver: () => undefined,
  reportPeer: () => {},
};

/** Options of which one is not as described, as a program without types would pass it. */
function wrong(option: string, value: unknown): NatsRouterOptions {
  return { host, ...{ [option]: value } };
}

describe("natsRouter", () => {
  it("names the option that is not as described", () => {
    const cases: readonly (readonly [string, unknown])[] = [
      ["host", null],
      ["host", { ...host, identity: "" }],
      ["host", { ...host, identity: "x".repeat(1_001) }],
      ["host", { ...host, incarnation: 1 }],
      ["host", { ...host, deliver: undefined }],
      ["serves", "work"],
      ["serves", [""]],
      ["serves", ["ö".repeat(400)]],
      ["serves", [1]],
      ["delivery", "exactly-once"],
      ["hostOf", "location"],
      ["maxMessageBytes", 0],
      ["probeMs", 0.5],
      ["failAfterMs", Number.POSITIVE_INFINITY],
      ["namespace", "a.b"],
      ["namespace", ""],
      ["servers", [1]],
      ["jetStream", { replicas: 6 }],
      ["jetStream", { storage: "paper" }],
      ["jetStream", { ackWaitMs: 1 }],
      ["jetStream", { maxAgeMs: 0 }],
      ["jetStream", { retention: "limits" }],
      ["queue", "a"],
    ];
    for (const [option, value] of cases) {
      const make = (): unknown => natsRouter(wrong(option, value));
      expect(make, `${option}: ${JSON.stringify(value)}`).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
      expect(make).toThrow(option);
    }
  });

  it("serves its identity first, and each location once", () => {
    expect(toSettings({ host, serves: ["work", "me", "work"] }).locations).toEqual(["me", "work"]);
    expect(toSettings({ host }).locations).toEqual(["me"]);
  });

  it("promises what its delivery is", () => {
    expect(natsRouter({ host }).guarantees).toEqual({
      order: "sender",
      delivery: "at-most-once",
      maxMessageBytes: 64 * 2 ** 20,
    });
    expect(natsRouter({ host, delivery: "at-least-once", maxMessageBytes: 9 }).guarantees).toEqual({
      order: "sender",
      delivery: "at-least-once",
      maxMessageBytes: 9,
    });
  });

  it("closes though it was never opened", async () => {
    for (const delivery of ["at-most-once", "at-least-once"] as const) {
      const router = natsRouter({ host, delivery });
      await router.close();
      await router.close();
      await expect(router.init()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
  });
});
