import { createHash } from "node:crypto";
import { GraphoidError } from "@graphoid/core";
import {
  AckPolicy,
  type ConsumerMessages,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { type NatsConnection, nanos } from "@nats-io/transport-node";
import { UnsupportedServerError } from "./errors.ts";
import type { JetStreamOptions } from "./options.ts";
import { checkJetStream, unavailable } from "./server-version.ts";
import { type Subjects, token } from "./subjects.ts";

const NOT_FOUND = 404;
/** How long messages that are given twice are told apart, by the server. */
const DUPLICATES_MS = 120_000;
const MAX_UNACKNOWLEDGED = 20_000;
/** How long a new cluster may take to choose its leaders. */
const ELECTION_MS = 20_000;
const RETRY_MS = 100;
/** Names of consumers are names of folders at the server. */
const MAX_CONSUMER_NAME = 200;

/** Whether a location is a host's own, or one that several may serve. */
export type Service = "host" | "shared";

/** What the consumers of either say of themselves. */
const DESCRIPTIONS: Readonly<Record<Service, string>> = {
  host: "for the host of this name",
  shared: "for all that serve this location",
};

/** The stream of a namespace, and the consumers of its locations. */
export class KeptStream {
  readonly client: JetStreamClient;
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #name: string;
  readonly #subjects: Subjects;
  readonly #options: Required<JetStreamOptions>;
  /** Locations that have a consumer, as far as was seen. */
  readonly #served = new Map<string, Service>();

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    name: string,
    subjects: Subjects,
    options: Required<JetStreamOptions>,
  ) {
    this.client = jetstream(connection);
    this.#connection = connection;
    this.#manager = manager;
    this.#name = name;
    this.#subjects = subjects;
    this.#options = options;
  }

  /**
   * Finds the stream, or makes it.
   *
   * @throws UnsupportedServerError without JetStream; UnavailableError where the servers cannot do what is asked.
   */
  static async open(
    call: string,
    connection: NatsConnection,
    namespace: string,
    subjects: Subjects,
    options: Required<JetStreamOptions>,
  ): Promise<KeptStream> {
    await patiently(call, connection, () => checkJetStream(call, connection));
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const config = {
      name: namespace,
      subjects: [subjects.allKept],
      retention: RetentionPolicy.Workqueue,
      storage: options.storage === "memory" ? StorageType.Memory : StorageType.File,
      num_replicas: options.replicas,
      max_age: nanos(options.maxAgeMs),
      duplicate_window: nanos(Math.min(DUPLICATES_MS, options.maxAgeMs)),
    };
    await patiently(call, connection, async () => {
      try {
        await manager.streams.info(namespace);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await manager.streams.add(config);
      }
    });
    return new KeptStream(connection, manager, namespace, subjects, options);
  }

  /** Begins to fetch what is kept for a location. */
  async consume(
    call: string,
    location: string,
    service: Service,
    onMessage: (message: JsMsg) => void,
  ): Promise<ConsumerMessages> {
    const { ackWaitMs, maxAgeMs } = this.#options;
    const name = consumerName(location);
    return patiently(call, this.#connection, async () => {
      await this.#manager.consumers.add(this.#name, {
        durable_name: name,
        description: DESCRIPTIONS[service],
        filter_subject: this.#subjects.kept(location),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ackWaitMs),
        max_ack_pending: MAX_UNACKNOWLEDGED,
        inactive_threshold: nanos(maxAgeMs),
      });
      const consumer = await this.client.consumers.get(this.#name, name);
      return consumer.consume({ max_messages: 1_000, expires: 2_000, callback: onMessage });
    });
  }

  /** Who serves a location, where that is known. */
  served(location: string): Service | undefined {
    return this.#served.get(location);
  }

  /** Asks who serves a location, or did lately: what is sent to it is kept for it then. `undefined` where nobody does. */
  async findServed(location: string): Promise<Service | undefined> {
    try {
      const { config } = await this.#manager.consumers.info(this.#name, consumerName(location));
      const service: Service = config.description === DESCRIPTIONS.host ? "host" : "shared";
      this.#served.set(location, service);
      return service;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw unavailable("nats router", error);
    }
  }
}

/** Whether the servers say that there is no such stream or consumer. */
export function isNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.status === NOT_FOUND;
}

function consumerName(location: string): string {
  const name = token(location);
  return name.length <= MAX_CONSUMER_NAME ? name : `=${createHash("sha256").update(name).digest("hex")}`;
}

/** Runs until it succeeds, while a cluster may still be choosing its leaders. */
async function patiently<T>(call: string, connection: NatsConnection, run: () => Promise<T>): Promise<T> {
  const end = Date.now() + ELECTION_MS;
  for (;;) {
    try {
      return await run();
    } catch (cause) {
      if (cause instanceof UnsupportedServerError) throw cause;
      const isOver = Date.now() > end || (cause instanceof JetStreamApiError && cause.status < 500);
      if (isOver || connection.isClosed()) throw cause instanceof GraphoidError ? cause : unavailable(call, cause);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
