import { invalidArgument, isGraphoidError } from "@graphoid/core";
import { JetStreamApiCodes, JetStreamApiError, jetstream } from "@nats-io/jetstream";
import { type KV, Kvm, type KvWatchEntry } from "@nats-io/kv";
import type { NatsConnection, QueuedIterator } from "@nats-io/transport-node";
import { unavailable } from "./server-version.ts";

/** How a bucket is made by the first host that asks for it. */
export interface BucketOptions {
  readonly name: string;
  /** How long the servers keep a record that is not written again. Default: for ever. */
  readonly ttlMs?: number;
  readonly replicas: number;
  readonly storage: "file" | "memory";
}

/** A bucket that is open. */
export interface Bucket {
  readonly records: KV;
  /** The same for watches. */
  readonly watched: KV;
}

const NAME_IN_USE = 10_058;
/**
 * A cluster without one of its servers goes on for a while to give it the consumers that watches are made of, and does not
 * answer then. Asking again gets another server.
 */
const WATCH_TIMEOUT_MS = 2_000;

/** What the buckets of a namespace are called. */
export function bucketsOf(namespace: string): { readonly peers: string; readonly owners: string } {
  return { peers: `${namespace}_peers`, owners: `${namespace}_owners` };
}

/** The stream in which the servers keep a bucket. */
export function streamOf(bucket: string): string {
  return `KV_${bucket}`;
}

/**
 * Opens a bucket, and makes it where it is not there.
 *
 * @throws InvalidArgumentError when it was made with another `ttlMs`: hosts must agree on who is gone.
 * @throws UnavailableError when JetStream does not answer.
 */
export async function openBucket(call: string, connection: NatsConnection, options: BucketOptions): Promise<Bucket> {
  const { name, ttlMs = 0, replicas, storage } = options;
  // A read decides who may write, so it must not come from a replica that is behind.
  const settings = { ttl: ttlMs, replicas, storage, allow_direct: false };
  const kvm = new Kvm(jetstream(connection));
  try {
    const records = await kvm.create(name, settings).catch((error: unknown) => {
      // Another host has made it at the same time, with other options.
      if (!hasCode(error, NAME_IN_USE)) throw error;
      return kvm.create(name, settings);
    });
    const { ttl } = await records.status();
    if (ttl !== ttlMs) throw invalidArgument(call, "ttlMs", `${ttl}, which the bucket ${name} was made with`, ttlMs);
    const watched = await new Kvm(jetstream(connection, { timeout: WATCH_TIMEOUT_MS })).open(name);
    return { records, watched };
  } catch (error) {
    throw isGraphoidError(error) ? error : unavailable(call, error);
  }
}

/** Whether `error` says that the record is another by now than the one to be replaced. */
export function isConflict(error: unknown): boolean {
  const { StreamWrongLastSequence, StreamWrongLastSequenceUnknown } = JetStreamApiCodes;
  return hasCode(error, StreamWrongLastSequence) || hasCode(error, StreamWrongLastSequenceUnknown);
}

/** Whether `error` says that the bucket is not there: one in memory is gone with its servers. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, JetStreamApiCodes.StreamNotFound);
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

/** What a {@link BucketWatch} tells. */
export interface BucketListener {
  entry(entry: KvWatchEntry): void;
  /** All that were there when the watch was started have come. */
  listed(): void;
}

/** Follows all records of a bucket: those that are there first, then each that is written. */
export class BucketWatch {
  readonly #kv: KV;
  readonly #listener: BucketListener;
  #entries: QueuedIterator<KvWatchEntry> | undefined;
  #stopped = false;
  #lastRevision = 0;
  #expected = 0;

  constructor({ watched }: Bucket, listener: BucketListener) {
    this.#kv = watched;
    this.#listener = listener;
  }

  /** The revision of the entry that came last. One that was written before and is greater was missed. */
  get lastRevision(): number {
    return this.#lastRevision;
  }

  /**
   * Starts, or starts again where entries may have been missed: all that are there come once more.
   *
   * @throws UnavailableError when JetStream does not answer.
   */
  async start(call: string): Promise<void> {
    this.#entries?.stop();
    try {
      const entries = await this.#kv.watch();
      if (this.#stopped) return entries.stop();
      this.#entries = entries;
      this.#lastRevision = 0;
      this.#expected = 0;
      void this.#read(entries);
      // Of an empty bucket nothing comes.
      if ((await this.#kv.status()).values === 0) this.#listener.listed();
    } catch (error) {
      throw unavailable(call, error);
    }
  }

  /** Whether something has not come that was written before this was asked for the last time. Costs a request. */
  async isBehind(): Promise<boolean> {
    const expected = this.#expected;
    this.#expected = (await this.#kv.status()).streamInfo.state.last_seq;
    return this.#lastRevision < expected;
  }

  async #read(entries: QueuedIterator<KvWatchEntry>): Promise<void> {
    let isListed = false;
    try {
      for await (const entry of entries) {
        if (entries !== this.#entries || this.#stopped) return;
        this.#lastRevision = entry.revision;
        this.#listener.entry(entry);
        if (isListed || !(entry.isUpdate || entry.delta === 0)) continue;
        isListed = true;
        this.#listener.listed();
      }
    } catch {
      // That it ended shows in `lastRevision`.
    }
  }

  /** Ends it. Nothing comes any more. */
  stop(): void {
    this.#stopped = true;
    this.#entries?.stop();
  }
}
