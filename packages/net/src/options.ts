import { type Clock, checkInteger, checkOptions, checkString, invalidArgument, systemClock } from "@graphoid/core";
import { maxMessageLength } from "./frame-format.ts";
import { checkFraming, type FramingChoice } from "./framing.ts";
import { type HeartbeatOptions, minIntervalMs } from "./heartbeat.ts";
import { type RateLimitOptions, toRateLimit } from "./rate-limit.ts";
import type { Transport } from "./transport.ts";
import { maxDelayMs } from "./wait.ts";

/** What `connect` and `listen` have in common. */
export interface ConnectionOptions {
  /** The name to go by in the hello, up to 255 bytes. The peer believes it only where TLS proves it. Default: none. */
  readonly identity?: string;
  /** Tells this run of the program from the next, up to 255 bytes. Default: random, one for the process. */
  readonly incarnation?: string;
  /** How messages are told apart in the stream of bytes; both sides must choose the same. Default: `"graphoid"`. */
  readonly framing?: FramingChoice;
  /** What moves the bytes. Default: sockets of the system; in a browser, WebSocket. */
  readonly transport?: Transport;
  /** When silence becomes suspect; `false` suspects nobody. Needs the default framing. */
  readonly heartbeat?: HeartbeatOptions | false;
  /** The longest message to take, in bytes, up to 4 GiB. The peer learns it and refuses to send more. Default: 64 MiB. */
  readonly maxMessageBytes?: number;
  /** `send` waits while more bytes than this wait to leave. Default: 512 KiB. */
  readonly highWaterBytes?: number;
  /** `send` refuses while more bytes than this wait to leave. Default: 64 MiB. */
  readonly maxQueuedBytes?: number;
  /**
   * The peer is held back while this many bytes wait to be received. Up to half of it may be on the way to us, so that
   * what is urgent never waits behind more; on a fast and long way, up to 16 times that. Default: 512 KiB.
   */
  readonly receiveBufferBytes?: number;
  /**
   * Milliseconds for which a `send` may wait while the peer takes nothing; then the connection is closed with
   * `SlowConsumerError`. Default: no limit, since what waits is bounded all the same.
   */
  readonly slowConsumerAfterMs?: number;
  /** How many messages a second to take from the peer; it is held back to that, and in the end refused. Default: any. */
  readonly rateLimit?: RateLimitOptions;
  /** Milliseconds that the peer has to say hello; on a listener with TLS, as many before for that. Default: 5000. */
  readonly handshakeTimeoutMs?: number;
  /** Milliseconds that `close` waits for what was sent to leave and for the peer to finish. Default: 5000. */
  readonly closeTimeoutMs?: number;
  /** Where the time comes from. Default: the system's clock. */
  readonly clock?: Clock;
}

/** The names of {@link ConnectionOptions}, for `checkOptions`. */
export const connectionOptionNames: readonly (keyof ConnectionOptions)[] = [
  "identity",
  "incarnation",
  "framing",
  "transport",
  "heartbeat",
  "maxMessageBytes",
  "highWaterBytes",
  "maxQueuedBytes",
  "receiveBufferBytes",
  "slowConsumerAfterMs",
  "rateLimit",
  "handshakeTimeoutMs",
  "closeTimeoutMs",
  "clock",
];

/** {@link ConnectionOptions} with every default filled in. */
export interface ConnectionSettings {
  readonly identity: string;
  readonly incarnation: string;
  readonly framing: FramingChoice;
  readonly transport: Transport;
  readonly heartbeat: Required<HeartbeatOptions> | undefined;
  readonly maxMessageBytes: number;
  readonly highWaterBytes: number;
  readonly maxQueuedBytes: number;
  readonly receiveBufferBytes: number;
  readonly slowConsumerAfterMs: number | undefined;
  readonly rateLimit: Required<RateLimitOptions> | undefined;
  readonly handshakeTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly clock: Clock;
}

const mebibyte = 1024 * 1024;
let processIncarnation: string | undefined;

/** Checks the options that `connect` and `listen` share, and fills in the defaults; `usual` is that of the transport. */
export function toSettings(call: string, options: ConnectionOptions, usual: Transport): ConnectionSettings {
  const framing = options.framing ?? "graphoid";
  checkFraming(call, framing);
  if (options.heartbeat && framing !== "graphoid") {
    throw invalidArgument(
      call,
      "heartbeat",
      'false or absent, since only the framing "graphoid" has any',
      options.heartbeat,
    );
  }
  const transport = options.transport ?? usual;
  if (typeof transport !== "object" || transport === null) {
    throw invalidArgument(call, "transport", "a Transport", transport);
  }
  const highWaterBytes = integer(call, "highWaterBytes", options.highWaterBytes, 512 * 1024, 1);
  return {
    framing,
    transport,
    identity: helloText(call, "identity", options.identity ?? ""),
    incarnation: helloText(call, "incarnation", options.incarnation ?? ownIncarnation()),
    heartbeat: options.heartbeat === false ? undefined : toHeartbeat(call, options.heartbeat ?? {}),
    maxMessageBytes: integer(call, "maxMessageBytes", options.maxMessageBytes, 64 * mebibyte, 1, maxMessageLength),
    highWaterBytes,
    maxQueuedBytes: integer(call, "maxQueuedBytes", options.maxQueuedBytes, 64 * mebibyte, highWaterBytes),
    receiveBufferBytes: integer(call, "receiveBufferBytes", options.receiveBufferBytes, 512 * 1024, 1),
    slowConsumerAfterMs:
      options.slowConsumerAfterMs &&
      integer(call, "slowConsumerAfterMs", options.slowConsumerAfterMs, 0, 1, maxDelayMs),
    rateLimit: options.rateLimit && toRateLimit(call, options.rateLimit),
    handshakeTimeoutMs: integer(call, "handshakeTimeoutMs", options.handshakeTimeoutMs, 5000, 1, maxDelayMs),
    closeTimeoutMs: integer(call, "closeTimeoutMs", options.closeTimeoutMs, 5000, 0, maxDelayMs),
    clock: options.clock ?? systemClock,
  };
}

/** How many bytes the peer may have on their way to us. */
export function windowOf(settings: ConnectionSettings): number {
  return Math.max(1, settings.receiveBufferBytes >> 1);
}

/** The value of an integer option, checked, or its default. */
export function integer(
  call: string,
  name: string,
  value: number | undefined,
  ifAbsent: number,
  min: number,
  max?: number,
): number {
  const chosen = value ?? Math.max(ifAbsent, min);
  checkInteger(call, name, chosen, min, max);
  return chosen;
}

function toHeartbeat(call: string, options: HeartbeatOptions): Required<HeartbeatOptions> {
  checkOptions(`${call}: heartbeat`, options, ["intervalMs", "suspectAfterMs", "failAfterMs"]);
  const intervalMs = options.intervalMs ?? 600;
  const suspectAfterMs = options.suspectAfterMs ?? Math.max(1500, Math.ceil(2.5 * intervalMs));
  const failAfterMs = options.failAfterMs ?? Math.max(4000, Math.ceil(2.5 * suspectAfterMs));
  checkInteger(call, "heartbeat.intervalMs", intervalMs, minIntervalMs, maxDelayMs);
  checkInteger(call, "heartbeat.suspectAfterMs", suspectAfterMs, intervalMs + 1, maxDelayMs);
  checkInteger(call, "heartbeat.failAfterMs", failAfterMs, suspectAfterMs + 1, maxDelayMs);
  return { intervalMs, suspectAfterMs, failAfterMs };
}

function helloText(call: string, name: string, value: unknown): string {
  checkString(call, name, value);
  const bytes = new TextEncoder().encode(value);
  if (bytes.length > 255 || new TextDecoder().decode(bytes) !== value) {
    throw invalidArgument(call, name, "well-formed text of at most 255 bytes of UTF-8", value);
  }
  return value;
}

function ownIncarnation(): string {
  // Browsers have randomUUID only on pages that came over TLS.
  processIncarnation ??= [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return processIncarnation;
}
