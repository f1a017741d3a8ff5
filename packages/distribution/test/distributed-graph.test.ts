import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AsyncGraph,
  asyncGraph,
  createDistribution,
  type Distribution,
  Graph,
  graphHandler,
  type HostEndpoint,
  handled,
  type NodePattern,
  type PartitionId,
  type Query,
  type Ref,
  redirect,
  type Value,
} from "../src/index.ts";

/**
 * The example of the specification's section 6, in TypeScript, over two processes: this one holds partition 0, the other,
 * distributed-host.mjs, partition 1.
 */
describe("6. Distribution hooks, over two processes", () => {
  const localPartition = 0;
  let child: ChildProcess;
  let d: Distribution;
  let graph: Graph;
  let friends: AsyncGraph;
  let there: Ref;
  /** What `register_cross_partition_edge` keeps. */
  const crossEdges: string[] = [];

  beforeAll(async () => {
    d = await createDistribution({ identity: "partition_0", listen: { host: "127.0.0.1", port: 0 } });
    const { hooks, partition, remote } = d;
    const ref = (id: string, owner: PartitionId): Ref => remote.ref({ id, location: `partition_${owner}` });
    graph = new Graph();
    graph.distribute(partition.strategy("hash", { partitions: 2 }));
    const ownerOf = (nodeId: string): PartitionId => graph.partitionStrategy?.partitionFor(nodeId) ?? localPartition;

    hooks.onAddNode(
      async (graph, nodeId, value) => {
        if (graph.isDistributed()) {
          const partition = graph.partitionStrategy?.partitionFor(nodeId);
          if (partition !== localPartition) {
            return handled(await remote.createOn(`partition_${partition}`, nodeId, value));
          }
        }
        // Default local behavior
        return "continue";
      },
      { graph },
    );

    hooks.onAddEdge(
      (graph, from, to, label) => {
        // Platform can handle cross-partition edges
        if (ownerOf(from) !== localPartition) return redirect(ref("friends", ownerOf(from)));
        if (ownerOf(from) !== ownerOf(to)) {
          crossEdges.push(`${from} ${label} ${to}`);
          if (!graph.hasNode(to)) graph.apply({ kind: "addNode", id: to, value: ref("friends", ownerOf(to)) });
        }
        return "continue";
      },
      { graph },
    );

    hooks.onQuery(
      (graph, query) => {
        // Platform can intercept queries for distributed execution
        const { id } = query.path[0] as NodePattern;
        if (graph.isDistributed() && id !== undefined && ownerOf(id) !== localPartition) {
          return redirect(ref("friends", ownerOf(id)));
        }
        return "continue";
      },
      { graph },
    );

    remote.expose("friends", graphHandler(graph));
    friends = asyncGraph(graph);
    const joined = new Promise<void>((resolve) => {
      remote.expose("lobby", { join: () => resolve() });
    });
    const { port } = d.address as HostEndpoint;
    child = fork(new URL("./distributed-host.mjs", import.meta.url), [String(port)], {
      // Not the conditions that tests run with: the child is plain Node on the built packages.
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await joined;
    there = ref("inside", 1);
  }, 60_000);

  afterAll(async () => {
    await d.close();
    const gone = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  });

  /** Names that belong here, and to the other process. */
  function names(owner: number): string[] {
    const strategy = d.partition.strategy("hash", { partitions: 2 });
    return ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"].filter(
      (name) => strategy.partitionFor(name) === owner,
    );
  }

  it("adding a node that belongs elsewhere lands there", async () => {
    const [here, far] = [names(0), names(1)];
    expect(Math.min(here.length, far.length)).toBeGreaterThan(1);
    for (const id of here) expect(await friends.addNode(id, { name: id })).toBe(true);
    for (const id of far) {
      const made = (await friends.addNode(id, { name: id })) as unknown as Ref;
      expect([made.id, made.location()]).toEqual([id, "partition_1"]);
    }
    expect(graph.nodes()).toEqual(here);
    expect(await there.request("nodes")).toEqual(far);
  });

  it("a cross-partition edge is registered", async () => {
    const [[a, b], [c, e]] = [names(0), names(1)] as [[string, string], [string, string]];
    await friends.addEdge(a, b, "FRIEND");
    expect(crossEdges).toEqual([]);
    await friends.addEdge(a, c, "FRIEND", { weight: 0.5 });
    expect(crossEdges).toEqual([`${a} FRIEND ${c}`]);
    expect(graph.getEdge(a, c, "FRIEND")).toMatchObject({ weight: 0.5 });
    // An edge between two nodes there lands there; one that leads here is registered there.
    await friends.addEdge(c, e, "FRIEND");
    await friends.addEdge(c, a, "KNOWS");
    expect(graph.hasNode(e)).toBe(false);
    expect(await there.request("edges")).toEqual([`${c} FRIEND ${e}`, `${c} KNOWS ${a}`]);
    expect(await there.request("crossEdges")).toEqual([`${c} KNOWS ${a}`]);
  });

  it("a query is answered by the partition that owns the data", async () => {
    const [[a], [c, e]] = [names(0), names(1)] as [[string], [string, string]];
    const friendsOf = (id: string): Query => ({
      kind: "match",
      path: [{ node: "a", id }, { edge: "", label: "FRIEND", direction: "out" }, { node: "b" }],
      where: [],
      select: ["b.id"],
    });
    const asked = async (): Promise<Value> => there.request("queries");
    const before = await asked();
    expect((await friends.query(friendsOf(a))).length).toBe(2);
    expect(await asked()).toBe(before);
    expect(await friends.query(friendsOf(c))).toEqual([{ "b.id": e }]);
    expect(await asked()).toBe((before as number) + 1);
  });

  it("bulk operations land where each element belongs, and a circle of hosts ends", async () => {
    const many = new Graph();
    const ref = (location: string): Ref => d.remote.ref({ id: "many", location });
    const strategy = d.partition.strategy("hash", { partitions: 2 });
    const place = (_: Graph, id: string) =>
      strategy.partitionFor(id) === localPartition ? "continue" : redirect(ref("partition_1"));
    many.distribute(strategy);
    using _nodes = d.hooks.onAddNode(place, { graph: many });
    using _edges = d.hooks.onAddEdge(place, { graph: many });
    const nodes = Array.from({ length: 1000 }, (_, i) => ({ id: `n${i}`, value: i }));
    const all = asyncGraph(many);
    expect(await all.addNodes(nodes)).toBe(1000);
    const mine = nodes.filter(({ id }) => strategy.partitionFor(id) === localPartition);
    expect(many.nodes()).toEqual(mine.map(({ id }) => id));
    expect(await there.request("many")).toEqual([1000 - mine.length, 0]);
    const edges = nodes.map(({ id }) => ({ from: id, to: id }));
    expect(await all.addEdges(edges)).toBe(1000);
    expect([many.edgeCount, await there.request("many")]).toEqual([
      mine.length,
      [1000 - mine.length, 1000 - mine.length],
    ]);
    // What is not to be had there: all of that host's part is refused, and said to be.
    const far = nodes.find(({ id }) => strategy.partitionFor(id) !== localPartition)?.id as string;
    const lost = all.addEdges([
      { from: far, to: far, label: "new" },
      { from: mine[0]?.id as string, to: mine[0]?.id as string, label: "new" },
      { from: far, to: "nobody" },
    ]);
    await expect(lost).rejects.toMatchObject({
      code: "BULK_INCOMPLETE",
      details: { added: 1, failed: [{ to: "many", location: "partition_1", items: [0, 2] }] },
    });
    expect(await there.request("many")).toEqual([1000 - mine.length, 1000 - mine.length]);
    const circle = new Graph();
    using _circle = d.hooks.onAddNode(() => redirect(d.remote.ref({ id: "circle", location: "partition_1" })), {
      graph: circle,
    });
    using _exposed = d.remote.expose("circle", graphHandler(circle));
    const error: unknown = await asyncGraph(circle)
      .addNodes([{ id: "x" }])
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "BULK_INCOMPLETE", cause: { code: "REDIRECT_LIMIT" } });
  });

  it("R5: hosts that send an operation to each other in a circle end it with RedirectLimit", async () => {
    const circle = new Graph();
    using _ = d.hooks.onAddNode(() => redirect(d.remote.ref({ id: "circle", location: "partition_1" })), {
      graph: circle,
    });
    d.remote.expose("circle", graphHandler(circle));
    await expect(asyncGraph(circle).addNode("x")).rejects.toMatchObject({ code: "REDIRECT_LIMIT" });
    expect(circle.nodeCount).toBe(0);
  });

  it("R1: the host that an operation went to is killed: it ends, and the graph is as it was", async () => {
    const far = names(1)[1] as string;
    const before = graph.nodes();
    const slow = d.remote.ref({ id: "inside", location: "partition_1" }).request("die");
    const query: Query = { kind: "match", path: [{ node: "a", id: far }], where: [] };
    const bulk = friends.addEdges([{ from: far, to: far }]);
    const results = await Promise.allSettled([slow, friends.query(query), friends.addNode(far, 1)]);
    await expect(bulk).rejects.toMatchObject({ code: "BULK_INCOMPLETE", cause: { code: "PEER_LOST" } });
    for (const result of results) expect(result).toMatchObject({ status: "rejected", reason: { code: "PEER_LOST" } });
    expect(graph.nodes()).toEqual(before);
  });
});
