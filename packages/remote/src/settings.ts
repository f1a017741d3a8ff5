import {
  type ContextSource,
  checkFunction,
  checkInteger,
  checkOneOf,
  checkOptions,
  checkString,
  GraphoidError,
  invalidArgument,
  type Router,
  systemClock,
} from "@graphoid/core";
import { MAX_CALLS } from "./call-table.ts";
import type { RemoteOptions } from "./remote.ts";

type Optional = "contexts" | "authorize" | "isLocal" | "peerOf" | "onCreate" | "onError";

/** The options of a remote, checked and with their defaults filled in. */
export type Settings = Required<Omit<RemoteOptions, Optional>> & Pick<RemoteOptions, Optional>;

const KNOWN = [
  "identity",
  "incarnation",
  "route",
  "contexts",
  "clock",
  "maxInFlight",
  "maxServing",
  "defaultTimeoutMs",
  "streamWindow",
  "maxRedirects",
  "authorize",
  "isLocal",
  "peerOf",
  "onCreate",
  "maxCreated",
  "sendStacks",
  "onError",
] as const;

export function toSettings(options: RemoteOptions): Settings {
  const call = "createRemote";
  checkOptions(call, options, KNOWN);
  const settings: Settings = {
    incarnation: randomToken(),
    route: noRouter,
    clock: systemClock,
    maxInFlight: 65_536,
    maxServing: 65_536,
    defaultTimeoutMs: 30_000,
    streamWindow: 64,
    maxRedirects: 8,
    maxCreated: 1_000_000,
    sendStacks: "authenticated",
    ...withoutUndefined(options),
  };
  checkString(call, "identity", settings.identity);
  if (settings.identity === "") throw invalidArgument(call, "identity", "a name", "");
  checkString(call, "incarnation", settings.incarnation);
  checkInteger(call, "maxInFlight", settings.maxInFlight, 1, MAX_CALLS);
  checkInteger(call, "maxServing", settings.maxServing, 1);
  checkInteger(call, "streamWindow", settings.streamWindow, 1, 65_536);
  checkInteger(call, "maxRedirects", settings.maxRedirects, 0);
  checkInteger(call, "maxCreated", settings.maxCreated, 0);
  const { defaultTimeoutMs } = settings;
  if (!(typeof defaultTimeoutMs === "number" && defaultTimeoutMs > 0)) {
    throw invalidArgument(call, "defaultTimeoutMs", "a number of milliseconds > 0", defaultTimeoutMs);
  }
  checkOneOf(call, "sendStacks", settings.sendStacks, ["never", "authenticated", "always"]);
  checkFunction(call, "route", settings.route);
  checkFunction(call, "clock.now", settings.clock?.now);
  checkFunction(call, "clock.after", settings.clock?.after);
  checkContexts(call, settings.contexts);
  for (const name of ["authorize", "isLocal", "peerOf", "onCreate", "onError"] as const) {
    if (settings[name] !== undefined) checkFunction(call, name, settings[name]);
  }
  return settings;
}

function checkContexts(call: string, contexts: ContextSource | undefined): void {
  if (contexts === undefined) return;
  checkFunction(call, "contexts.peek", contexts?.peek);
  checkFunction(call, "contexts.fromHeaders", contexts?.fromHeaders);
}

/** An option that is `undefined`, as plain JavaScript may write it, is one that is absent. */
function withoutUndefined(options: RemoteOptions): RemoteOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** 64 random bits as text. */
export function randomToken(): string {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
}

const noRouter: Router["route"] = async (ref) => {
  throw new GraphoidError(
    "NO_ACTIVE_ROUTER",
    `remote: ${JSON.stringify(ref.id)} is not here, and no router takes calls elsewhere`,
  );
};
