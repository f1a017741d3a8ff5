import { afterEach, describe, expect, it } from "vitest";
import {
  type Context,
  createDistribution,
  type Distribution,
  type Envelope,
  type EnvelopeSource,
  equals,
  Graph,
  type HostEndpoint,
  hash,
  type PartitionRange,
  type Ref,
  type Value,
} from "../src/index.ts";

/** The specification's examples, in TypeScript, in its order and as close to its letter as the language allows. */

const open: { close(): Promise<unknown> }[] = [];
const opened = <T extends { close(): Promise<unknown> }>(thing: T): T => {
  open.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function host(identity: string, peers: Distribution[] = []): Promise<Distribution> {
  const addresses = peers.map((peer) => ({ id: peer.identity, ...(peer.address as HostEndpoint) }));
  return opened(await createDistribution({ identity, listen: { host: "127.0.0.1", port: 0 }, peers: addresses }));
}

function friends(): Graph {
  const graph = new Graph();
  for (const id of ["alice", "bob", "carol", "dave", "erin", "frank"])
    graph.addNode(id, { name: id }, { type: "User" });
  graph.addEdge("alice", "bob", "FRIEND", { weight: 0.5 });
  graph.addEdge("bob", "carol", "FRIEND");
  graph.addEdge("carol", "dave", "FRIEND");
  graph.addEdge("erin", "frank", "FRIEND", { properties: { since: 2020 } });
  return graph;
}

describe("1. Serialization", () => {
  it("goes to bytes and back, to JSON, to MessagePack, and through a stream", async () => {
    const { serialize } = await host("node_a");
    const graph = friends();
    expect(equals(serialize.fromBytes(serialize.toBytes(graph)), graph)).toBe(true);
    expect(equals(serialize.fromJson(serialize.toJson(graph)), graph)).toBe(true);
    expect(equals(serialize.fromMsgpack(serialize.toMsgpack(graph, { compact: true })), graph)).toBe(true);
    const sent: Uint8Array[] = [];
    for (const chunk of serialize.stream(graph)) sent.push(chunk);
    expect(equals(await serialize.fromStream(sent), graph)).toBe(true);
  });

  it("takes classes that are registered", async () => {
    class MyType {
      readonly name: string;
      constructor(name: string) {
        this.name = name;
      }
    }
    const { serialize } = await host("node_a");
    serialize.register(MyType, {
      tag: "my-type",
      encode: (value) => value.name,
      decode: (data) => new MyType(data as string),
    });
    const back = serialize.fromBytes(serialize.toBytes(new MyType("x")));
    expect(back).toBeInstanceOf(MyType);
    expect(back).toEqual(new MyType("x"));
  });
});

describe("2. Remote references", () => {
  it("refer to something elsewhere, resolve it, and send to it", async () => {
    const there = await host("partition_2");
    const here = await host("node_a", [there]);
    const received: Value[] = [];
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    there.remote.expose("node_123", {
      "graphoid.resolve": () => ({ name: "Alice" }),
      message: (payload: Value) => {
        received.push(payload);
        arrived();
      },
      get_data: ({ key }: { key: string }) => ({ [key]: 42 }),
    });

    const ref = here.remote.ref({ id: "node_123", location: "partition_2", metadata: { type: "user" } });
    expect(ref.isLocal()).toBe(false);
    expect(ref.isRemote()).toBe(true);
    expect(ref.location()).toBe("partition_2");
    await ref.send("message", { hello: "world" });
    await arrival;
    expect(received).toEqual([{ hello: "world" }]);
    expect(await ref.request("get_data", { key: "foo" })).toEqual({ foo: 42 });
  });

  it("resolve to the value behind them", async () => {
    const there = await host("partition_2");
    const here = await host("node_a", [there]);
    there.remote.expose("node_123", { name: "Alice" });
    expect(await here.remote.ref({ id: "node_123", location: "partition_2" }).resolve()).toEqual({ name: "Alice" });
  });
});

describe("3. Network abstractions", () => {
  it("connect, listen, datagrams and a pool", async () => {
    const { net } = await host("node_a");
    const server = opened(await net.listen("127.0.0.1", 0));
    server.onConnection(async (conn) => {
      for await (const data of conn) await conn.send(data);
    });
    const conn = await net.connect("127.0.0.1", server.port);
    await conn.send(Uint8Array.of(1, 2, 3));
    expect(await conn.receive()).toEqual(Uint8Array.of(1, 2, 3));
    await conn.close();

    const udp = opened(await net.udpSocket(0, { host: "127.0.0.1" }));
    await udp.sendTo(Uint8Array.of(7), "127.0.0.1", udp.port);
    const [data, from] = await udp.receiveFrom();
    expect(data).toEqual(Uint8Array.of(7));
    expect(from.port).toBe(udp.port);

    const pool = opened(net.pool({ host: "127.0.0.1", port: server.port, minConnections: 1, maxConnections: 4 }));
    const pooled = await pool.acquire();
    await pooled.send(Uint8Array.of(9));
    expect(await pooled.receive()).toEqual(Uint8Array.of(9));
    await pool.release(pooled);
  });
});

/** The registry of the process that a router of the specification hands messages to. */
function deliverTo(d: Distribution): (target: string, envelope: Envelope, source: EnvelopeSource) => void {
  return (target, envelope, source) => {
    expect(target).toBe(envelope.target);
    d.routing.deliver(envelope, source);
  };
}

describe("4. Message routing hooks", () => {
  it("a platform registers a router: `route` sends what goes out, `receive` delivers what comes in", async () => {
    const delivered: unknown[] = [];
    const handles = new Map([["user_7", { deliver: (message: Value) => delivered.push(message) }]]);
    const lookup = (id: string) => handles.get(id);
    const partitionCount = 4;
    const { routing, serialize, remote } = opened(await createDistribution({ identity: "node_a", router: "none" }));
    const sentTo: number[] = [];
    const getConnection = (partition: number) => ({
      send: async (bytes: Uint8Array) => {
        sentTo.push(partition);
        await routing.receive(bytes);
      },
    });
    routing.register("my_platform", {
      // Called when sending to a remote ref
      async route(ref, message) {
        const partition = hash(ref.id) % partitionCount;
        const connection = getConnection(partition);
        await connection.send(serialize.toBytes({ target: ref.id, message: { ...message } }));
      },
      // Called when receiving a message
      receive(bytes) {
        const msg = serialize.fromBytes(bytes) as { target: string; message: Envelope };
        const localHandle = lookup(msg.target);
        localHandle?.deliver(msg.message.payload);
      },
    });
    // Activate a router
    routing.use("my_platform");
    expect(routing.active).toBe("my_platform");
    await remote.ref({ id: "user_7", location: "elsewhere" }).send("message", { hello: "world" });
    expect(delivered).toEqual([{ hello: "world" }]);
    expect(sentTo).toEqual([hash("user_7") % partitionCount]);
  });
});

describe("Example: building a simple router", () => {
  it("a router that the platform registers moves the messages", async () => {
    // Two hosts that only know each other through a router of ten lines.
    const hosts: Distribution[] = [];
    for (const identity of ["node_0", "node_1"])
      hosts.push(opened(await createDistribution({ identity, router: "none" })));
    const ports: { id: number; host: string; port: number }[] = [];
    for (const [id, d] of hosts.entries()) {
      const server = opened(await d.net.listen("127.0.0.1", 0));
      ports.push({ id, host: "127.0.0.1", port: server.port });
      server.onConnection(async (conn) => {
        for await (const bytes of conn) await d.routing.receive(bytes);
      });
    }
    for (const d of hosts) {
      const { net, routing, serialize } = d;
      const localDeliver = deliverTo(d);
      const partitions: Awaited<ReturnType<typeof net.connect>>[] = [];
      routing.register("simple_hash", {
        async init(config: { partitions: { id: number; host: string; port: number }[] }) {
          for (const p of config.partitions) partitions[p.id] = opened(await net.connect(p.host, p.port));
        },
        async route(ref: Ref, message: Envelope) {
          const partitionId =
            ref.location() === null ? hash(ref.id) % partitions.length : Number(String(ref.location()).slice(5));
          await partitions[partitionId]?.send(serialize.toBytes({ target: ref.id, payload: { ...message } }));
        },
        async receive(bytes, source) {
          const msg = serialize.fromBytes(bytes) as unknown as { target: string; payload: Envelope };
          localDeliver(msg.payload.target, msg.payload, source);
        },
      });
      routing.use("simple_hash");
      await routing.init({ partitions: ports });
    }
    // The router finds "user_123" by its id alone, so it must be where the hash says.
    const owner = hosts[hash("user_123") % 2] as Distribution;
    const other = hosts[1 - (hash("user_123") % 2)] as Distribution;
    const said = new Promise<Value>((resolve) => {
      owner.remote.expose("user_123", { hello: (payload: Value) => resolve(payload), add: (n: number) => n + 1 });
    });
    const ref = other.remote.ref({ id: "user_123" });
    await ref.send("hello", "hi");
    expect(await said).toBe("hi");
    // The router offers no way back, so the answer is routed to the caller's own reference.
    expect(await ref.request("add", 1)).toBe(2);
  });
});

describe("5. Partitioning", () => {
  it("registers strategies, places nodes, splits, and finds cross edges", async () => {
    const { partition } = await host("node_a");
    partition.registerStrategy("hash", (nodeId, partitionCount) => hash(nodeId) % partitionCount);
    partition.registerStrategy("range", (nodeId: string, ranges: readonly PartitionRange[]) => {
      for (const range of ranges)
        if (nodeId >= (range.min ?? "") && nodeId < (range.max ?? "\uffff")) return range.partition;
      return "default";
    });
    const strategy = partition.strategy("hash", { partitions: 8 });
    expect(strategy.partitionFor("alice")).toBe(hash("alice") % 8);

    const graph = friends();
    const parts = partition.split(graph, strategy);
    const crossing = partition.crossEdges(graph, strategy);
    let nodes = 0;
    let edges = crossing.length;
    for (const [id, part] of parts) {
      nodes += part.nodeCount;
      edges += part.edgeCount;
      for (const node of part.nodes()) expect(strategy.partitionFor(node)).toBe(id);
    }
    expect(nodes).toBe(graph.nodeCount);
    expect(edges).toBe(graph.edgeCount);

    const ranges = partition.strategy("range", { ranges: [{ min: "a", max: "d", partition: 0 }] });
    expect(ranges.partitionFor("alice")).toBe(0);
    expect(ranges.partitionFor("zoe")).toBe("default");
  });
});

describe("6. Distribution hooks", () => {
  it("see additions and queries, and may let them pass or deal with them", async () => {
    const { hooks, partition } = await host("node_a");
    const graph = friends();
    graph.distribute(partition.strategy("hash", { partitions: 2 }));
    const elsewhere: string[] = [];
    hooks.onAddNode((g, nodeId) => {
      if (g.isDistributed() && g.partitionStrategy?.partitionFor(nodeId) !== 0) {
        elsewhere.push(nodeId);
        return { handled: "elsewhere" };
      }
      return "continue";
    });
    const crossing: string[] = [];
    hooks.onAddEdge((_graph, from, to, label) => {
      crossing.push(`${from} ${label} ${to}`);
      return "continue";
    });
    hooks.onQuery((g) => (g.isDistributed() ? { handled: [{ planned: true }] } : "continue"));

    const ids = Array.from({ length: 20 }, (_, i) => `new_${i}`);
    for (const id of ids) graph.addNode(id);
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.length).toBeLessThan(ids.length);
    for (const id of ids) expect(graph.hasNode(id)).toBe(!elsewhere.includes(id));
    graph.addEdge("alice", "carol", "KNOWS");
    expect(crossing).toEqual(["alice KNOWS carol"]);
    expect([...graph.query({ kind: "match", path: [{ node: "a" }], where: [] })]).toEqual([{ planned: true }]);
    hooks.dispose();
  });
});

describe("7. Distributed context", () => {
  it("goes with the call, bounds it, and records what was done", async () => {
    const there = await host("node_b");
    const here = await host("node_a", [there]);
    const seen: (string | undefined)[] = [];
    there.remote.expose("service", {
      work: (_payload: Value, call: { context?: { metadata: Record<string, string> } }) => {
        seen.push(call.context?.metadata["requestId"]);
        return "done";
      },
      never: () => new Promise(() => {}),
    });
    const ctx = here.context.create({ timeoutMs: 5000, trace: true, metadata: { requestId: "abc123" } });
    const ref = here.remote.ref({ id: "service", location: "node_b" });
    expect(await ctx.run(() => ref.request("work"))).toBe("done");
    expect(seen).toEqual(["abc123"]);
    expect(ctx.trace.spans().length).toBeGreaterThan(0);
    await expect(ctx.withTimeout(30, () => ref.request("never"))).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });

    // Passed by hand, as to `some_remote_call(ctx, args)`.
    const someRemoteCall = (context: Context, args: Value) => ref.request("work", args, { context });
    expect(await someRemoteCall(ctx, { some: "args" })).toBe("done");
    expect(seen).toEqual(["abc123", "abc123"]);
    const names = ctx.trace.spans().map(({ name }) => name);
    expect(names).toEqual(["work", "never", "work"]);
  });

  it("goes on by itself to what the handler calls in turn, with what is left of the time", async () => {
    const first = await host("node_b");
    const second = await host("node_c");
    const here = await host("node_a", [first]);
    await first.routing.init({ peers: [{ id: "node_c", ...(second.address as HostEndpoint) }] });
    const seen: { requestId: string | undefined; traceId: string | undefined; ms: number }[] = [];
    second.remote.expose("deep", {
      work: (_payload: Value, call: { context?: Context; remainingMs(): number }) => {
        const { metadata, trace } = call.context as Context;
        seen.push({ requestId: metadata["requestId"], traceId: trace.traceId, ms: call.remainingMs() });
        return "deep";
      },
    });
    first.remote.expose("service", {
      work: async () => {
        const ref = first.remote.ref({ id: "deep", location: "node_c" });
        return await ref.request("work");
      },
    });
    const ctx = here.context.create({ timeoutMs: 5000, trace: true, metadata: { requestId: "abc123" } });
    expect(await ctx.run(() => here.remote.ref({ id: "service", location: "node_b" }).request("work"))).toBe("deep");
    expect(seen[0]?.requestId).toBe("abc123");
    expect(seen[0]?.ms).toBeLessThan(5000);
  });
});

describe("Universe graph integration", () => {
  it("shows the peers and their states", async () => {
    const there = await host("peer_1");
    const here = await host("node_a", [there]);
    const lines: string[] = [];
    for (const peer of here.reflect.universe().distribution().peers()) lines.push(`${peer.id}: ${peer.state}`);
    expect(lines).toEqual(["peer_1: connected"]);
  });
});
