import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { PeerChange, PeerState } from "@graphoid/universe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDistribution, type Distribution, type HostEndpoint } from "../src/index.ts";

/** Quicker than by default, so that a silent host is noticed soon. */
const heartbeat = { intervalMs: 100, suspectAfterMs: 500, failAfterMs: 60_000 };

/** What this host sees of hosts that are other processes. */
describe("the life of a peer, by real processes", () => {
  let d: Distribution;
  let children: ChildProcess[];
  let changes: PeerChange[];

  beforeEach(async () => {
    children = [];
    changes = [];
    d = await createDistribution({ identity: "here", tcp: { connectOptions: { heartbeat } } });
    d.universe.onPeer((change) => void changes.push(change));
  });

  afterEach(async () => {
    await d.close();
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });

  /** Starts a process, and connects to it under the name of `expected`. */
  async function meet(identity: string, kind: "host" | "closer" = "host", expected = identity): Promise<ChildProcess> {
    const child = fork(new URL("./lifecycle-host.mjs", import.meta.url), [identity, kind], {
      // Not the conditions that tests run with: the child is plain Node on the built packages.
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    children.push(child);
    const [address] = (await once(child, "message")) as [HostEndpoint];
    await d.routing.init({ peers: [{ id: expected, host: address.host, port: address.port }] });
    return child;
  }

  const stateOf = (id: string): PeerState | undefined => d.universe.peer(id)?.state;

  async function until(id: string, state: PeerState): Promise<PeerChange> {
    const last = (): PeerChange | undefined => changes.findLast((change) => change.id === id);
    while (last()?.to !== state) await new Promise((resolve) => setTimeout(resolve, 5));
    return last() as PeerChange;
  }

  const steps = (id: string): string[] => changes.filter((change) => change.id === id).map(({ to }) => to);

  it("unknown → connecting → handshaking → connected ⇄ suspect → failed: one that hangs, recovers, and is killed", async () => {
    const child = await meet("mortal");
    await until("mortal", "connected");
    // On a busy machine it may have been suspected by now.
    expect(steps("mortal").slice(0, 3)).toEqual(["connecting", "handshaking", "connected"]);
    expect(changes[0]).toMatchObject({ from: "unknown", address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    child.kill("SIGSTOP");
    await until("mortal", "suspect");
    child.kill("SIGCONT");
    await until("mortal", "connected");
    child.kill("SIGKILL");
    const { from, reason, code, incarnation, lastedMs } = await until("mortal", "failed");
    expect(["connected", "suspect"]).toContain(from);
    expect({ reason, code, incarnation }).toEqual({
      reason: expect.any(String),
      code: "CONNECTION_LOST",
      incarnation: expect.any(String),
    });
    expect(lastedMs).toBeGreaterThanOrEqual(0);
    // Every change is numbered and timed, in order.
    const numbers = changes.map(({ sequence }) => sequence);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i));
    for (const { timeMs } of changes) expect(Math.abs(timeMs - Date.now())).toBeLessThan(600_000);
  });

  it("→ left: one that closes for good", async () => {
    const child = await meet("leaver");
    await until("leaver", "connected");
    child.send("end");
    const { reason, code } = await until("leaver", "left");
    expect({ reason, code }).toEqual({ reason: expect.stringContaining("the host leaves"), code: "CLOSED" });
    await expect(d.remote.ref({ id: "x", location: "leaver" }).request("y")).rejects.toThrow();
  });

  it("→ left: the side that was dialled tells too", async () => {
    await using listening = await createDistribution({ identity: "there", listen: { host: "127.0.0.1", port: 0 } });
    const leaving = new Promise<PeerChange>((resolve) => {
      listening.universe.onPeer((change) => {
        if (change.to === "left") resolve(change);
      });
    });
    await d.routing.init({ peers: [{ id: "there", ...(listening.address as HostEndpoint) }] });
    await d.close();
    expect(await leaving).toMatchObject({ id: "here", from: "connected", code: "CLOSED" });
  });

  it("→ disconnected: a connection that is closed in good order by one that stays", async () => {
    const child = await meet("closer", "closer");
    await until("closer", "connected");
    child.send("close");
    expect(await until("closer", "disconnected")).toMatchObject({ reason: expect.stringContaining("not now") });
  });

  it("→ rejected: one that is not who it was taken for; → failed: nobody there", async () => {
    await expect(meet("impostor", "host", "friend")).rejects.toThrow('expected "friend"');
    expect(await until("friend", "rejected")).toMatchObject({ code: "NOT_FOUND" });
    const [impostor] = children as [ChildProcess];
    const { address } = d.universe.peer("friend") ?? {};
    impostor.kill("SIGKILL");
    await once(impostor, "exit");
    const port = Number(address?.split(":")[1]);
    await expect(d.routing.init({ peers: [{ id: "nobody", host: "127.0.0.1", port }] })).rejects.toThrow();
    expect(await until("nobody", "failed")).toMatchObject({ code: "CONNECTION_REFUSED" });
  });

  it("a peer that left comes back, as another run", async () => {
    const first = await meet("phoenix");
    const before = (await until("phoenix", "connected")).incarnation;
    first.send("end");
    await until("phoenix", "left");
    await meet("phoenix");
    const { incarnation } = await until("phoenix", "connected");
    expect(stateOf("phoenix")).toBe("connected");
    expect(incarnation).not.toBe(before);
  });
});
