import type { PeerReport, RouterHost } from "@graphoid/core";
import { beforeEach, describe, expect, it } from "vitest";
import { type Frame, FrameWriter, KIND, readFrame } from "./frame.ts";
import { type Arrived, Peers } from "./peers.ts";
import { Subjects } from "./subjects.ts";

function frameOf(identity: string, incarnation: string, replyTo = "r", epochs = 0): Frame {
  const writer = new FrameWriter(identity, incarnation);
  for (let i = 0; i < epochs; i++) writer.beginEpoch();
  return readFrame(writer.frame(KIND.envelope, replyTo, new Uint8Array(1))) as Frame;
}

describe("Peers", () => {
  let reports: PeerReport[];
  let peers: Peers;
  const steps = (): string[] => reports.map(({ id, incarnation, state }) => `${id} ${incarnation} ${state}`);

  beforeEach(() => {
    reports = [];
    const refuse = (): never => {
      throw new Error("not called");
    };
    const host: RouterHost = {
      identity: "me",
      incarnation: "x",
      encode: refuse,
      decode: refuse,
      deliver: refuse,
      reportPeer: (report) => void reports.push(report),
    };
    peers = new Peers(new Subjects("n"), host, async () => {});
  });

  it("knows a sender by its head, and reports it once", () => {
    const first = peers.senderOf(frameOf("a", "1"));
    expect(peers.senderOf(frameOf("a", "1"))).toBe(first);
    expect(peers.senderOf(frameOf("a", "1", "other"))?.peer).toBe(first?.peer);
    expect(first?.source).toMatchObject({ identity: "a", authenticated: false });
    expect(steps()).toEqual(["a 1 connected"]);
  });

  it("follows the runs and connections of a host, and not what is late of one before", () => {
    for (const [run, epochs] of [
      ["1", 0],
      ["1", 1],
      ["2", 0],
    ] as const) {
      peers.senderOf(frameOf("a", run, "r", epochs));
    }
    const expected = ["connected", "failed", "connected", "failed", "connected"];
    expect(reports.map(({ state }) => state)).toEqual(expected);
    const latest = peers.get("a");
    // Late frames are still answered where they came from.
    expect(peers.senderOf(frameOf("a", "1"))?.peer).toMatchObject({ incarnation: "1" });
    expect(peers.senderOf(frameOf("a", "1", "r", 1))?.peer).toMatchObject({ incarnation: "1", epoch: 1 });
    expect(peers.get("a")).toBe(latest);
    expect(reports).toHaveLength(expected.length);
  });

  it("does not take what was kept of a run that it never met for a later one", () => {
    const at = (run: string, timestampNanos: bigint): Arrived => ({
      ...frameOf("a", run),
      message: { timestampNanos },
    });
    peers.senderOf(at("2", 20n));
    expect(peers.senderOf(at("1", 10n))?.peer).toMatchObject({ incarnation: "1" });
    expect(peers.get("a")).toMatchObject({ incarnation: "2" });
    peers.senderOf(at("3", 30n));
    expect(peers.senderOf(at("2", 21n))?.peer).toMatchObject({ incarnation: "2" });
    expect(steps()).toEqual(["a 2 connected", "a 2 failed", "a 3 connected"]);
  });

  it("meets anew who came back after an end", () => {
    peers.senderOf(frameOf("a", "1"));
    expect(peers.end("a", "left", "bye")).toBe(true);
    expect(peers.end("a", "left", "bye")).toBe(false);
    peers.senderOf(frameOf("a", "1"));
    expect(steps()).toEqual(["a 1 connected", "a 1 left", "a 1 connected"]);
  });

  it("tells of all when the server is lost and found", () => {
    peers.reachedBy("s1");
    peers.senderOf(frameOf("a", "1"));
    peers.cutOff("gone");
    peers.reachedBy("s2");
    expect(reports.map(({ state, address }) => `${state} ${address}`)).toEqual([
      "connected s1",
      "suspect s1",
      "connected s2",
    ]);
  });

  it("takes nobody whose name is none, or has no room in a subject", () => {
    const long = "x".repeat(1_001);
    expect(peers.senderOf({ key: "garbage" })).toBeUndefined();
    expect(peers.senderOf(frameOf("", "1"))).toBeUndefined();
    expect(peers.senderOf(frameOf(long, "1"))).toBeUndefined();
    expect(peers.senderOf(frameOf("a", long))).toBeUndefined();
    expect(peers.senderOf(frameOf("ö".repeat(500), "1"))).toBeUndefined();
    expect(reports).toEqual([]);
  });

  it("remembers a bounded number of heads and of former runs", () => {
    for (let i = 0; i < 10_050; i++) peers.senderOf(frameOf("a", "1", `r${i}`));
    expect(peers.all()).toHaveLength(1);
    for (let i = 0; i < 40; i++) peers.senderOf(frameOf("a", `run ${i}`));
    peers.senderOf(frameOf("a", "run 38"));
    expect(peers.get("a")?.incarnation).toBe("run 39");
  });
});
