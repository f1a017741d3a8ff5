import { isGraphoidError } from "@graphoid/core";
import { describe, expect, it, vi } from "vitest";
import type { UniverseChange } from "./change.ts";
import { createUniverse, type Universe } from "./universe.ts";

function connect(universe: Universe, ...ids: string[]): void {
  for (const id of ids) universe.reportPeer({ id, state: "connected" });
}

async function drain(changes: AsyncIterable<UniverseChange>): Promise<number[]> {
  const sequences: number[] = [];
  for await (const { sequence } of changes) sequences.push(sequence);
  return sequences;
}

describe("onPeer", () => {
  it("tells of peers only, until disposed", () => {
    const universe = createUniverse({ identity: "here" });
    const seen: string[] = [];
    const registration = universe.onPeer(({ id }) => void seen.push(id));
    connect(universe, "a");
    universe.reportRouters([{ name: "tcp", active: true }]);
    registration.dispose();
    registration.dispose();
    connect(universe, "b");
    expect(seen).toEqual(["a"]);
  });

  it("does not call a listener that another one disposed of in the same round", () => {
    const universe = createUniverse({ identity: "here" });
    const seen: string[] = [];
    universe.onPeer(() => second.dispose());
    const second = universe.onPeer(({ id }) => void seen.push(id));
    connect(universe, "a");
    expect(seen).toEqual([]);
  });

  it("reports what a listener throws like an error in an event listener, and goes on", () => {
    const universe = createUniverse({ identity: "here" });
    const seen: string[] = [];
    const later: (() => void)[] = [];
    const queue = vi.spyOn(globalThis, "queueMicrotask").mockImplementation((run) => void later.push(run));
    try {
      universe.onPeer(() => {
        throw new Error("a mistake in a listener");
      });
      universe.onPeer(({ id }) => void seen.push(id));
      connect(universe, "a", "b");
    } finally {
      queue.mockRestore();
    }
    expect(seen).toEqual(["a", "b"]);
    expect(later.length).toBe(2);
    expect(later[0]).toThrow("a mistake in a listener");
  });

  it("refuses what is no function", () => {
    const universe = createUniverse({ identity: "here" });
    expect(() => universe.onPeer("log" as never)).toThrow("universe.onPeer: expected `fn` to be a function");
  });
});

describe("changes", () => {
  it("tells of everything in one order, to each iteration from its start on", async () => {
    const universe = createUniverse({ identity: "here" });
    const changes = universe.changes();
    connect(universe, "before");
    const first = changes[Symbol.asyncIterator]();
    connect(universe, "a");
    const second = changes[Symbol.asyncIterator]();
    universe.reportRouters([{ name: "tcp", active: true }]);
    universe.reportPartitions({ strategy: "hash", partitions: [{ id: 0 }] });
    await universe.close();
    const rest = async (iterator: AsyncIterator<UniverseChange>) => {
      const kinds: string[] = [];
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) kinds.push(step.value.kind);
      return kinds;
    };
    expect(await rest(first)).toEqual(["peer", "routers", "partitions"]);
    expect(await rest(second)).toEqual(["routers", "partitions"]);
  });

  it("wakes a reader that waits, and several that wait at once", async () => {
    const universe = createUniverse({ identity: "here" });
    const iterator = universe.changes()[Symbol.asyncIterator]();
    const waiting = [iterator.next(), iterator.next(), iterator.next()];
    connect(universe, "a", "b");
    await universe.close();
    const steps = await Promise.all(waiting);
    expect(steps.map(({ value }) => value?.sequence)).toEqual([1, 2, undefined]);
    expect(steps[2]?.done).toBe(true);
  });

  it("drops the oldest when a reader lags, so that a gap in the numbers shows", async () => {
    const universe = createUniverse({ identity: "here" });
    const iterators = [{ maxPending: 1 }, { maxPending: 3 }, {}].map((options) => {
      const iterator = universe.changes(options)[Symbol.asyncIterator]();
      return { [Symbol.asyncIterator]: () => iterator };
    });
    for (let i = 0; i < 1025; i++) connect(universe, `peer_${i}`);
    await universe.close();
    const seen = await Promise.all(iterators.map(drain));
    expect(seen[0]).toEqual([1025]);
    expect(seen[1]).toEqual([1023, 1024, 1025]);
    expect([seen[2]?.length, seen[2]?.[0]]).toEqual([1024, 2]);
  });

  it("ends at a break, on close, and at once after it", async () => {
    const universe = createUniverse({ identity: "here" });
    const iterator = universe.changes()[Symbol.asyncIterator]();
    connect(universe, "a", "b");
    for await (const change of { [Symbol.asyncIterator]: () => iterator }) {
      expect(change.sequence).toBe(1);
      break;
    }
    expect((await iterator.next()).done).toBe(true);
    const running = drain(universe.changes());
    await universe.close();
    expect(await running).toEqual([]);
    expect(await drain(universe.changes())).toEqual([]);
  });

  it("refuses options that are not as described", () => {
    const universe = createUniverse({ identity: "here" });
    for (const options of [{ maxPending: 0 }, { max: 5 }]) {
      try {
        universe.changes(options as never);
        expect.unreachable();
      } catch (error) {
        expect(isGraphoidError(error, "INVALID_ARGUMENT")).toBe(true);
      }
    }
  });
});

describe("close", () => {
  it("can be called twice; reports after it are ignored, and the last state can be looked at", async () => {
    const universe = createUniverse({ identity: "here" });
    const seen: string[] = [];
    universe.onPeer(({ id }) => void seen.push(id));
    connect(universe, "a");
    await universe.close();
    await universe[Symbol.asyncDispose]();
    connect(universe, "b");
    universe.reportRouters([{ name: "tcp", active: true }]);
    universe.reportPartitions({ strategy: "hash", partitions: [{ id: 0 }] });
    universe.onPeer(({ id }) => void seen.push(id)).dispose();
    expect(seen).toEqual(["a"]);
    expect(
      universe
        .graph()
        .distribution()
        .peers()
        .map(({ id }) => id),
    ).toEqual(["a"]);
    expect(universe.graph().nodeCount).toBe(7);
  });
});
