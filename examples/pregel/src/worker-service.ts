import { setImmediate as nextTurn } from "node:timers/promises";
import { type Call, createDistribution, type Distribution, type Graph, type Ref } from "@graphoid/distribution";
import { meet, memberOf, type Network, networkOf } from "@graphoid/example-network";
import { Inbox } from "./inbox.ts";
import { type PartData, PartRun } from "./part.ts";
import {
  COORDINATOR,
  type ConnectMessage,
  type LoadMessage,
  type MessagesMessage,
  PATIENCE,
  type RunMessage,
  type RunReply,
  SERVICE,
  type StepSummary,
  type TargetsMessage,
} from "./protocol.ts";
import type { ProgramFactory } from "./vertex-program.ts";

/** Holds a partition, and runs programs on it together with the workers that hold the others. */
class WorkerService {
  readonly #d: Distribution;
  readonly #network: Network;
  readonly #programs: { readonly [name: string]: ProgramFactory };
  readonly #others = new Map<number, Ref>();
  readonly #targets = new Inbox<TargetsMessage>();
  readonly #messages = new Inbox<MessagesMessage>();
  #partition = 0;
  #loaded: { readonly graph: Graph; readonly part: PartData } | undefined;

  constructor(distribution: Distribution, network: Network, programs: { readonly [name: string]: ProgramFactory }) {
    this.#d = distribution;
    this.#network = network;
    this.#programs = programs;
  }

  async connect({ workers }: ConnectMessage): Promise<void> {
    const { identity, remote } = this.#d;
    await meet(
      this.#d,
      workers.filter(({ id }) => id !== identity),
    );
    for (const [partition, { id }] of workers.entries()) {
      if (id === identity) {
        this.#partition = partition;
        continue;
      }
      const other = remote.ref({ id: SERVICE, location: id });
      this.#others.set(partition, other);
      for (const inbox of [this.#targets, this.#messages]) remote.monitor(other, (lost) => inbox.fail(lost));
    }
  }

  async load(part: LoadMessage, call: Call): Promise<void> {
    const graph = await this.#d.serialize.fromStream(call.items as AsyncIterable<Uint8Array>);
    this.#loaded = { graph: graph as Graph, part };
  }

  targets(message: TargetsMessage): void {
    this.#targets.put(`${message.run}`, message);
  }

  messages(message: MessagesMessage): void {
    this.#messages.put(`${message.run} ${message.step}`, message);
  }

  async run({ run, program: name, parameters, maxSupersteps }: RunMessage): Promise<RunReply> {
    const factory = this.#programs[name];
    if (!factory || !this.#loaded) throw new Error(factory ? "no graph is loaded" : `there is no program ${name}`);
    const { graph, part } = this.#loaded;
    const state = new PartRun(graph, part, factory(parameters));
    await this.#agree(run, state);
    const from = this.#partition;
    const steps: StepSummary[] = [];
    const bytesBefore = this.#network.sent(this.#d).bytesSent;
    const start = performance.now();
    let { totals } = state;
    for (let awake = 1; awake > 0 && steps.length < maxSupersteps; ) {
      awake = state.compute(totals);
      const step = state.number;
      const summary = { awake, messages: 0, bytes: 0 };
      for (const [partition, other] of this.#others) {
        const batch = state.batchFor(partition);
        summary.messages += batch.values.length;
        summary.bytes += batch.values.byteLength + (batch.places?.byteLength ?? 0);
        const message: MessagesMessage = { run, step, from, awake, added: state.added, ...batch };
        await other.send("messages", message);
      }
      steps.push(summary);
      for (const _ of state.deliver()) await nextTurn();
      const received = await this.#messages.take(`${run} ${step}`, this.#others.size);
      totals = new Float64Array(state.added.length);
      // In the order of partitions, not of arrival.
      for (let partition = 0; partition <= this.#others.size; partition++) {
        const message = received.find((one) => one.from === partition);
        if (message) {
          state.receive(partition, message);
          awake += message.awake;
        }
        const added = message?.added ?? state.added;
        for (let i = 0; i < totals.length; i++) totals[i]! += added[i]!;
      }
    }
    const milliseconds = performance.now() - start;
    const wireBytes = this.#network.sent(this.#d).bytesSent - bytesBefore;
    return { values: state.values, steps, wireBytes, milliseconds };
  }

  /** Tells the others for which of their vertices there will be messages, and hears the same from them. */
  async #agree(run: number, state: PartRun): Promise<void> {
    for (const [partition, other] of this.#others) {
      const rows = state.targetsIn(partition);
      await other.send("targets", { run, from: this.#partition, rows } satisfies TargetsMessage);
    }
    for (const { from, rows } of await this.#targets.take(`${run}`, this.#others.size)) state.expect(from, rows);
  }
}

/**
 * Makes this process a worker: `NAME INVITATION` of its arguments are its name, and how to reach the coordinator. It ends
 * with the process that started it.
 */
export async function servePregel(programs: { readonly [name: string]: ProgramFactory }): Promise<void> {
  const [identity = "", invitation = ""] = process.argv.slice(2);
  process.once("disconnect", () => process.exit(0));
  const network = await networkOf(invitation);
  const distribution = await createDistribution({ identity, ...network.hostOptions(PATIENCE) });
  distribution.remote.expose(SERVICE, new WorkerService(distribution, network, programs));
  const coordinator = distribution.remote.ref({ id: SERVICE, location: COORDINATOR });
  distribution.remote.monitor(coordinator, () => process.exit(1));
  await coordinator.request("join", memberOf(distribution));
}
