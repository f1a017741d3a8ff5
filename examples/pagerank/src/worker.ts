import { createDistribution, type Distribution, type Graph, type Ref, type Value } from "@graphoid/distribution";
import { meet, memberOf, type Network, networkOf } from "@graphoid/example-network";
import { ByteFeed } from "./byte-feed.ts";
import { PartitionState } from "./partition-state.ts";
import {
  COORDINATOR,
  type ConnectMessage,
  type ContributeMessage,
  type GatherMessage,
  PATIENCE,
  type RanksReply,
  type ScatterMessage,
  SERVICE,
  type TargetsMessage,
  workerName,
} from "./protocol.ts";

/** One worker process: holds a partition and does what the coordinator says. */
class Worker {
  readonly #d: Distribution;
  readonly #network: Network;
  readonly #partition: number;
  /** The streams of the subgraph and of the edges that leave it, as they arrive. */
  readonly #feeds = { graph: new ByteFeed(), crossing: new ByteFeed() };
  readonly #graph: Promise<Value>;
  readonly #crossing: Promise<Value>;
  #state: PartitionState | undefined;
  readonly #others = new Map<number, Ref>();
  readonly #sent = new Map<number, { messages: number; bytes: number }>();
  /** Contributions of the superstep under way, by the partition that they came from. */
  #inbox = new Map<number, Float64Array>();
  #arrived = (): void => {};

  constructor(distribution: Distribution, network: Network, partition: number) {
    this.#d = distribution;
    this.#network = network;
    this.#partition = partition;
    this.#graph = distribution.serialize.fromStream(this.#feeds.graph);
    this.#crossing = distribution.serialize.fromStream(this.#feeds.crossing);
  }

  chunk({ of, bytes }: { of: "graph" | "crossing"; bytes: Uint8Array }): void {
    this.#feeds[of].push(bytes);
  }

  async loaded(): Promise<{ nodes: number; edges: number }> {
    this.#feeds.graph.end();
    this.#feeds.crossing.end();
    const graph = (await this.#graph) as Graph;
    const crossing = (await this.#crossing) as Graph;
    return { nodes: graph.nodeCount, edges: graph.edgeCount + crossing.edgeCount };
  }

  async connect({ peers, nodes }: ConnectMessage): Promise<void> {
    // Of two workers the later one dials.
    const earlier = peers.filter(
      ({ id }) => id !== COORDINATOR && peers.findIndex((peer) => peer.id === id) < this.#partition,
    );
    await meet(this.#d, earlier);
    for (const [i, { id }] of peers.entries()) this.#others.set(i, this.#d.remote.ref({ id: SERVICE, location: id }));
    this.#state = new PartitionState((await this.#graph) as Graph, (await this.#crossing) as Graph, nodes);
  }

  async link(): Promise<void> {
    for (const [partition, ids] of this.#ready().targets()) {
      this.#sent.set(partition, { messages: 0, bytes: 0 });
      await this.#other(partition).request("targets", { from: this.#partition, ids });
    }
  }

  targets({ from, ids }: TargetsMessage): void {
    this.#ready().expect(from, ids);
  }

  async scatter({ step }: ScatterMessage): Promise<number> {
    const sends: Promise<void>[] = [];
    const dangling = this.#ready().scatter((partition, values) => {
      sends.push(this.#other(partition).send("contribute", { step, from: this.#partition, values }));
      const sent = this.#sent.get(partition) as { messages: number; bytes: number };
      sent.messages++;
      sent.bytes += values.byteLength;
    });
    await Promise.all(sends);
    return dangling;
  }

  contribute({ from, values }: ContributeMessage): void {
    this.#inbox.set(from, values);
    this.#arrived();
  }

  async gather({ base, damping }: GatherMessage): Promise<number> {
    const state = this.#ready();
    while (this.#inbox.size < state.senders.size) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    const inbox = this.#inbox;
    this.#inbox = new Map();
    return state.gather(inbox, base, damping);
  }

  ranks(): RanksReply {
    const sent = Array.from(this.#sent, ([to, counts]) => ({ to, ...counts }));
    const { messagesSent, bytesSent } = this.#network.sent(this.#d);
    return { ranks: this.#ready().ranks, sent, wire: { messagesSent, bytesSent } };
  }

  /** What went over this worker's connections, for the inspector. */
  traffic(): { from: string; to: string; bytes: number; messages: number; roundTripMs?: number }[] {
    return this.#d.peerTraffic.map(({ id, bytesSent, bytesReceived, messagesSent, messagesReceived, roundTripMs }) => ({
      from: this.#d.identity,
      to: id,
      bytes: bytesSent + bytesReceived,
      messages: messagesSent + messagesReceived,
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
    }));
  }

  #ready(): PartitionState {
    if (!this.#state) throw new Error(`${workerName(this.#partition)} is not connected yet`);
    return this.#state;
  }

  #other(partition: number): Ref {
    return this.#others.get(partition) as Ref;
  }
}

const [partition = "", invitation = ""] = process.argv.slice(2);
// Whatever happens to the process that started this one, this one does not outlive it.
process.once("disconnect", () => process.exit(1));
const identity = workerName(Number(partition));
const network = await networkOf(invitation);
const distribution = await createDistribution({ identity, ...network.hostOptions(PATIENCE) });
distribution.remote.expose(SERVICE, new Worker(distribution, network, Number(partition)));
const coordinator = distribution.remote.ref({ id: SERVICE, location: COORDINATOR });
distribution.remote.monitor(coordinator, () => process.exit(1));
await coordinator.request("join", memberOf(distribution));
