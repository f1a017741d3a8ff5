import { ManualClock, type PeerReport } from "@graphoid/core";
import { beforeEach, describe, expect, test } from "vitest";
import { type DirectoryPeer, PeerTable } from "./directory-peers.ts";
import { peerKey } from "./directory-record.ts";

const b = { identity: "b", incarnation: "1", address: "b:1" };
const key = peerKey("b");

describe("the table of hosts", () => {
  let clock: ManualClock;
  let reports: PeerReport[];
  let changes: DirectoryPeer[];
  let table: PeerTable;
  const states = (): string[] => reports.map(({ state }) => state);

  beforeEach(() => {
    [clock, reports, changes] = [new ManualClock(), [], []];
    const report = (event: PeerReport): void => void reports.push(event);
    table = new PeerTable(1_000, clock, report, (peer) => changes.push(peer));
  });

  test("tells of a host once, however often it is heard, and of a new address", () => {
    for (let i = 0; i < 3; i++) table.heard(b);
    expect(reports).toEqual([{ id: "b", incarnation: "1", address: "b:1", state: "connected" }]);
    expect(changes).toEqual(reports);
    table.heard({ ...b, address: "b:2" });
    expect(table.get("b")?.address).toBe("b:2");
    expect(states()).toEqual(["connected", "connected"]);
  });

  test("suspects a silent host, and names it as one that may be gone when its time is up", () => {
    table.heard(b);
    clock.advance(500);
    expect([table.silent(), states()]).toEqual([[], ["connected"]]);
    clock.advance(1);
    expect([table.silent(), states()]).toEqual([[], ["connected", "suspect"]]);
    clock.advance(500);
    expect([table.silent(), states()]).toEqual([[key], ["connected", "suspect"]]);
    table.failed(key);
    expect(reports.at(-1)).toMatchObject({ state: "failed", reason: expect.stringContaining("1000 ms") });
    expect([table.all(), table.silent(), table.get("b")]).toEqual([[], [], undefined]);
    table.failed(key);
    expect(reports.length).toBe(3);
  });

  test("keeps a host that was heard while the servers were asked", () => {
    table.heard(b);
    clock.advance(1_001);
    expect(table.silent()).toEqual([key]);
    table.heard(b);
    table.failed(key);
    expect(table.get("b")?.state).toBe("connected");
  });

  test("does not hold a silence against anybody in which this host was cut off", () => {
    table.heard(b);
    table.cutOff();
    clock.advance(5_000);
    table.reconnected();
    expect(table.silent()).toEqual([]);
    table.heard(b);
    expect(states()).toEqual(["connected", "suspect", "connected"]);
  });

  test("ends an earlier run before it tells of a later one", () => {
    table.heard(b);
    table.heard({ ...b, incarnation: "2" });
    expect(reports.map(({ state, incarnation }) => `${incarnation} ${state}`)).toEqual([
      "1 connected",
      "1 failed",
      "2 connected",
    ]);
    table.left(key);
    table.left(key);
    expect(states().slice(3)).toEqual(["left"]);
  });
});
