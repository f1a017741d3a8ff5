import { describe, kindOf, type Ref, type Registration, UnimplementedError, type Value } from "@graphoid/core";
import type { Call } from "./served-call.ts";

/** The message that `ref.resolve()` sends. */
export const RESOLVE_MESSAGE = "graphoid.resolve";

/**
 * Answers the messages to one exposed thing. What it returns, or what the promise that it returns fulfils with, is the
 * answer; an `AsyncIterable`, or an iterable such as an array, answers a stream. What it throws reaches the caller as a
 * `RemoteError`.
 */
export type Handler = (message: string, payload: Value, call: Call) => unknown;

/** Options of `remote.expose`. */
export interface ExposeOptions {
  /**
   * `"handler"`: the methods of the object are its messages. `"value"`: the object itself is the answer to
   * `ref.resolve()`. Default: `"handler"` for objects with methods that are not of a kind of value (such as `Graph`,
   * `Map` or `Date`), else `"value"`.
   */
  readonly as?: "handler" | "value";
}

/** What `remote.expose` returns: dispose of it to withdraw the thing. */
export interface Exposure extends Registration {
  /** A reference to the thing, good until this host restarts. */
  readonly ref: Ref;
}

/** Turns what was exposed into a handler. */
export function toHandler(id: string, target: unknown, as: "handler" | "value" | undefined): Handler {
  if (as !== "value") {
    if (typeof target === "function") return target as Handler;
    if (typeof target === "object" && target !== null && (as === "handler" || !isValue(target))) {
      return objectHandler(id, target);
    }
  }
  return (message) => {
    if (message === RESOLVE_MESSAGE) return target;
    throw unknownMessage(id, message);
  };
}

function objectHandler(id: string, target: object): Handler {
  const methods = methodsOf(target);
  return (message, payload, call) => {
    const method = methods.get(message);
    if (method === undefined) throw unknownMessage(id, message);
    return method.call(target, payload, call);
  };
}

type Method = (payload: Value, call: Call) => unknown;

/**
 * The methods of an object that are messages, its own and inherited: functions, not getters; not what every object
 * has, such as `constructor` and `toString`; not what a leading `_` or `#` marks as private. They are taken once, so
 * that a message is one lookup in a map that holds nothing else.
 */
function methodsOf(target: object): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>();
  const seen = new Set<string>(Object.getOwnPropertyNames(Object.prototype));
  for (let level: object | null = target; level !== null; level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (typeof value === "function" && !/^[_#]/.test(name)) methods.set(name, value as Method);
    }
  }
  return methods;
}

/** Whether an object is of a kind of value rather than something with messages. */
function isValue(target: object): boolean {
  const kind = kindOf(target);
  return (kind !== "record" && kind !== "opaque") || methodsOf(target).size === 0;
}

function unknownMessage(id: string, message: string): UnimplementedError {
  return new UnimplementedError(`${describe(id)} has no message ${describe(message)}`, {
    details: { target: id, message: message.slice(0, 100) },
  });
}
