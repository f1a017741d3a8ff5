import {
  type Call,
  createDistribution,
  type Distribution,
  isGraphoidError,
  NotFoundError,
  type Ref,
  type Registration,
  type Value,
} from "@graphoid/distribution";
import { type Member, meet, type Network, tcpNetwork } from "@graphoid/example-network";
import { Directory, type DirectoryEntry } from "./directory.ts";
import { Mailbox } from "./mailbox.ts";

/** What every host of actors exposes. */
export const SERVICE = "actors";

/** How long to wait until an actor whose host died runs elsewhere. */
const MOVE_MS = 30_000;

/** A message as its actor gets it. */
export interface Message {
  readonly name: string;
  readonly payload: Value;
  /** What the sender gave so that the same message, should it come twice, is done once. */
  readonly key: string | undefined;
}

/** Gets one message at a time; the next waits until the promise is settled. What it returns is the answer. */
export type Actor = (message: Message) => unknown;

/** Makes an actor, also anew when it failed or its host died: so what must last, it fetches from somewhere. */
export type Behaviour = (self: Self, parameters: Value) => Actor | Promise<Actor>;

/** What an actor knows of itself. */
export interface Self {
  readonly id: string;
  /** Grows each time the actor is started somewhere: who has a lower one is a ghost, and not to be believed. */
  readonly epoch: number;
  readonly system: ActorSystem;
}

/** What to do with an actor whose message ended in an error. The sender gets the error in any case. */
export interface Supervision {
  /** `"restart"` makes the actor anew, `"resume"` goes on with it, `"stop"` ends it. */
  readonly onError: "restart" | "resume" | "stop";
  /** The actor is stopped when it fails more often than this. */
  readonly maxRestarts: number;
}

/** What starts an actor: plain data, so that a supervisor can start it elsewhere. */
export interface Spawn {
  readonly id: string;
  /** A name that all hosts know a {@link Behaviour} by. */
  readonly behaviour: string;
  readonly parameters: Value;
  readonly supervision: Supervision;
  readonly epoch: number;
}

/** One host's actors. References to actors have no location: where an actor is, the directory says at each message. */
export class ActorSystem implements AsyncDisposable {
  readonly distribution: Distribution;
  /** How hosts reach each other. */
  readonly network: Network;
  readonly directory: Directory;
  readonly #behaviours: { readonly [name: string]: Behaviour };
  readonly #running = new Map<string, Registration>();

  private constructor(
    distribution: Distribution,
    network: Network,
    directory: Directory,
    behaviours: { readonly [name: string]: Behaviour },
  ) {
    this.distribution = distribution;
    this.network = network;
    this.directory = directory;
    this.#behaviours = behaviours;
  }

  static async start(
    identity: string,
    behaviours: { readonly [name: string]: Behaviour },
    network: Network = tcpNetwork(),
  ): Promise<ActorSystem> {
    const directory = new Directory();
    const hostOf = (ref: Ref): string | undefined => {
      const location = ref.location();
      return location === null ? directory.get(ref.id)?.host : String(location);
    };
    const distribution = await createDistribution({ identity, ...network.hostOptions({ hostOf }) });
    const system = new ActorSystem(distribution, network, directory, behaviours);
    distribution.remote.expose(SERVICE, {
      meet: (others: readonly Member[]) => meet(distribution, others),
      learn: (entry: DirectoryEntry) => directory.learn(entry),
      spawn: (spawn: Spawn) => system.run(spawn),
    });
    return system;
  }

  /** A reference to an actor, wherever it is now or later. It may travel in messages. */
  ref(id: string): Ref {
    return this.distribution.remote.ref({ id });
  }

  /** Sends a message, at most once, and does not wait for an answer. */
  tell(to: Ref, name: string, payload: Value = null): Promise<void> {
    return to.send(name, payload);
  }

  /**
   * Sends a message and waits for the answer. With a `key` it is sent again when the actor's host died, once the actor
   * runs elsewhere: at least once, and the actor does what has the same key once.
   *
   * @throws RemoteError with the actor's error. Without a key, PeerLostError when its host died.
   */
  async ask(to: Ref, name: string, payload: Value = null, key?: string): Promise<Value> {
    for (;;) {
      const { epoch } = this.directory.get(to.id) ?? { epoch: 0 };
      try {
        return await to.request(name, payload, key === undefined ? {} : { idempotencyKey: key });
      } catch (error) {
        if (key === undefined || !isGone(error)) throw error;
        if (!(await this.directory.changed(to.id, epoch, MOVE_MS))) throw error;
      }
    }
  }

  /** Runs an actor here. Who spawns through a supervisor need not call this. */
  async run({ id, behaviour: name, parameters, supervision, epoch }: Spawn): Promise<void> {
    const behaviour = this.#behaviours[name];
    if (!behaviour) throw new NotFoundError(`there is no behaviour ${name} at ${this.distribution.identity}`);
    this.#running.get(id)?.dispose();
    const make = async (): Promise<Actor> => behaviour({ id, epoch, system: this }, parameters);
    const mailbox = new Mailbox(await make(), make, supervision, () => this.#running.get(id)?.dispose());
    const handler = (message: string, payload: Value, { idempotencyKey: key }: Call): Promise<unknown> =>
      mailbox.take({ name: message, payload, key });
    this.#running.set(id, this.distribution.remote.expose(id, handler));
  }

  close(): Promise<void> {
    return this.distribution.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Whether a call failed because the host that it was for is not there. */
export function isGone(error: unknown): boolean {
  return ["PEER_LOST", "ROUTE", "UNAVAILABLE", "CLOSED"].some((code) => isGraphoidError(error, code));
}
