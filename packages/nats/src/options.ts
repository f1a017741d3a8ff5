import {
  type Clock,
  checkFunction,
  checkInteger,
  checkOneOf,
  checkOptions,
  checkString,
  invalidArgument,
  type Ref,
  type RouterHost,
  systemClock,
} from "@graphoid/core";
import { ACCESS_OPTIONS, checkAccess, DEFAULT_NAMESPACE, type NatsAccess } from "./connection.ts";
import { fitsSubject } from "./subjects.ts";

/** Options of {@link natsRouter}. */
export interface NatsRouterOptions extends NatsAccess {
  /** The host that the router works for: `distribution.host`. */
  readonly host: RouterHost;
  /**
   * Locations that this host serves beside its own identity. Where several hosts serve one, each call to it goes to one of
   * them, and all that belongs to the call as well. Default: none.
   */
  readonly serves?: readonly string[];
  /**
   * `"at-most-once"` sends by NATS itself: what is on its way when a server or a host ends is lost, and its calls fail.
   * `"at-least-once"` keeps every message with JetStream until the host that it is for has dealt with it, so that it survives
   * servers and hosts that end; see {@link JetStreamOptions}. Default: `"at-most-once"`.
   */
  readonly delivery?: "at-most-once" | "at-least-once";
  /** How messages are kept, for `"at-least-once"`. */
  readonly jetStream?: JetStreamOptions;
  /** The location that a reference leads to. Default: its location, which must then be a string. */
  readonly hostOf?: (ref: Ref) => string | undefined;
  /** The largest message, in bytes. Those that are larger than the server takes travel in pieces. Default: 64 MiB. */
  readonly maxMessageBytes?: number;
  /** How often hosts that calls wait for are asked whether they are there, in milliseconds. Default: 1,000. */
  readonly probeMs?: number;
  /** How long a host may leave that unanswered before its calls fail, in milliseconds. Default: 4,000. */
  readonly failAfterMs?: number;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** How JetStream keeps messages. The stream is made on first use; one that is there already stays as it is. */
export interface JetStreamOptions {
  /** On how many servers of a cluster, 1 to 5. With 3, one may be lost. Default: 1. */
  readonly replicas?: number;
  /** Default: `"file"`. */
  readonly storage?: "file" | "memory";
  /** How long what nobody fetches is kept, in milliseconds. Default: an hour. */
  readonly maxAgeMs?: number;
  /** After how many milliseconds without a word a message is delivered again. Default: 5,000. */
  readonly ackWaitMs?: number;
}

/** The options with their defaults. */
export interface RouterSettings {
  readonly host: RouterHost;
  readonly access: NatsAccess;
  readonly namespace: string;
  /** All locations that are served here, the identity first. */
  readonly locations: readonly string[];
  readonly jetStream: Required<JetStreamOptions>;
  readonly hostOf: (ref: Ref) => string | undefined;
  readonly maxMessageBytes: number;
  readonly probeMs: number;
  readonly failAfterMs: number;
  readonly clock: Clock;
}

const CALL = "natsRouter";
const MAX_TIMER = 2 ** 31 - 1;

/** @throws InvalidArgumentError for options that are not as described. */
export function toSettings(options: NatsRouterOptions): RouterSettings {
  const own = [
    "host",
    "serves",
    "delivery",
    "jetStream",
    "hostOf",
    "maxMessageBytes",
    "probeMs",
    "failAfterMs",
    "clock",
  ];
  checkOptions(CALL, options, [...ACCESS_OPTIONS, ...own]);
  checkAccess(CALL, options);
  const { host, serves = [], delivery = "at-most-once", hostOf = locationOf, clock = systemClock } = options;
  const { maxMessageBytes = 64 * 2 ** 20, probeMs = 1_000, failAfterMs = 4_000 } = options;
  const { servers, nats, connection, namespace = DEFAULT_NAMESPACE } = options;
  checkHost(host);
  checkOneOf(CALL, "delivery", delivery, ["at-most-once", "at-least-once"]);
  checkFunction(CALL, "hostOf", hostOf);
  checkInteger(CALL, "maxMessageBytes", maxMessageBytes, 1, 2 ** 31 - 1);
  checkInteger(CALL, "probeMs", probeMs, 1, MAX_TIMER);
  checkInteger(CALL, "failAfterMs", failAfterMs, 1, MAX_TIMER);
  if (!Array.isArray(serves)) throw invalidArgument(CALL, "serves", "a list of locations", serves);
  for (const location of serves) {
    checkString(CALL, "serves", location);
    checkName("serves", location);
  }
  return {
    host,
    access: {
      ...(servers === undefined ? {} : { servers }),
      ...(nats === undefined ? {} : { nats }),
      ...(connection === undefined ? {} : { connection }),
    },
    namespace,
    locations: [...new Set([host.identity, ...serves])],
    jetStream: jetStreamSettings(options.jetStream ?? {}),
    hostOf,
    maxMessageBytes,
    probeMs,
    failAfterMs,
    clock,
  };
}

function checkHost(host: RouterHost): void {
  if (typeof host !== "object" || host === null) throw invalidArgument(CALL, "host", "`distribution.host`", host);
  for (const name of ["identity", "incarnation"] as const) {
    checkString(CALL, `host.${name}`, host[name]);
    checkName(`host.${name}`, host[name]);
  }
  for (const name of ["encode", "decode", "deliver", "reportPeer"] as const) {
    checkFunction(CALL, `host.${name}`, host[name]);
  }
}

function checkName(option: string, name: string): void {
  if (name === "" || !fitsSubject(name)) throw invalidArgument(CALL, option, "a name of at most 1,000 bytes", name);
}

function jetStreamSettings(options: JetStreamOptions): Required<JetStreamOptions> {
  checkOptions(`${CALL}: jetStream`, options, ["replicas", "storage", "maxAgeMs", "ackWaitMs"]);
  const { replicas = 1, storage = "file", maxAgeMs = 3_600_000, ackWaitMs = 5_000 } = options;
  checkInteger(CALL, "jetStream.replicas", replicas, 1, 5);
  checkOneOf(CALL, "jetStream.storage", storage, ["file", "memory"]);
  checkInteger(CALL, "jetStream.maxAgeMs", maxAgeMs, 1, MAX_TIMER);
  checkInteger(CALL, "jetStream.ackWaitMs", ackWaitMs, 10, MAX_TIMER);
  return { replicas, storage, maxAgeMs, ackWaitMs };
}

function locationOf(ref: Ref): string | undefined {
  const location = ref.location();
  return typeof location === "string" ? location : undefined;
}
