import { describe, isGraphoidError, type PlainRecord, type Value } from "@graphoid/core";
import { RemoteError } from "./errors.ts";

/**
 * Errors as they travel in an `error` envelope: `{ name, code?, message, details?, stack?, cause? }`, plain data
 * within the limits below. Both ends apply the limits: the sender so that an answer always fits, the receiver because
 * the sender may be hostile.
 */
const MAX_NAME = 100;
const MAX_MESSAGE = 8_192;
const MAX_STACK = 16_384;
const MAX_CAUSES = 8;
const MAX_DETAIL_TEXT = 1_024;
const MAX_DETAIL_DEPTH = 4;
const MAX_DETAIL_VALUES = 256;

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const NAME = /^[\w$.]+$/;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Reads one property of something untrusted. */
type Read = (from: object, key: string) => unknown;

/** What a handler threw, as data. Never throws, whatever `thrown` is. */
export function encodeError(thrown: unknown, withStack: boolean): PlainRecord {
  try {
    return record(thrown, withStack, readAny, 0);
  } catch {
    return { name: "Error", message: "the error could not be read" };
  }
}

/** The error that an `error` envelope from `peer` stands for. Never throws, whatever `payload` is. */
export function decodeError(payload: Value, peer: string | undefined): RemoteError {
  try {
    // The same cleaning as at the sender, but running none of the payload's own code.
    return toError(record(payload, true, readData, 0), peer);
  } catch {
    return new RemoteError("REMOTE", "the peer's error could not be read", { peer });
  }
}

function toError(data: PlainRecord, peer: string | undefined): RemoteError {
  const { name, code, message, details, stack, cause } = data;
  return new RemoteError((code as string | undefined) ?? "REMOTE", message as string, {
    name: name as string,
    peer,
    ...(stack === undefined ? {} : { remoteStack: stack as string }),
    ...(details === undefined ? {} : { details: details as PlainRecord }),
    ...(cause === undefined ? {} : { cause: toError(cause as PlainRecord, peer) }),
  });
}

function record(thrown: unknown, withStack: boolean, read: Read, depth: number): PlainRecord {
  if (typeof thrown !== "object" || thrown === null) {
    return { name: "Error", message: typeof thrown === "string" ? text(thrown, MAX_MESSAGE) : safeDescribe(thrown) };
  }
  const name = read(thrown, "name");
  const code = read(thrown, "code");
  const message = read(thrown, "message");
  const details = read(thrown, "details");
  const stack = withStack ? read(thrown, "stack") : undefined;
  const cause = depth < MAX_CAUSES ? read(thrown, "cause") : undefined;
  return {
    name: typeof name === "string" && name.length <= MAX_NAME && NAME.test(name) ? name : "Error",
    ...(typeof code === "string" && CODE.test(code) ? { code } : {}),
    message: typeof message === "string" ? text(message, MAX_MESSAGE) : safeDescribe(thrown),
    ...(typeof details === "object" && details !== null ? { details: new Details(read).copy(details) } : {}),
    ...(typeof stack === "string" ? { stack: text(stack, MAX_STACK) } : {}),
    ...(cause === undefined ? {} : { cause: record(cause, withStack, read, depth + 1) }),
  };
}

/** At most `limit` characters of `value`, without the half characters that no serializer takes. */
function text(value: string, limit: number): string {
  const kept = value.length > limit ? `${value.slice(0, limit - 3)}...` : value;
  return kept.replace(LONE_SURROGATES, "\ufffd");
}

function safeDescribe(value: unknown): string {
  try {
    return text(describe(value), MAX_DETAIL_TEXT);
  } catch {
    return "an object";
  }
}

/** Getters run, as those of error classes must; one that throws counts as absent. */
function readAny(from: object, key: string): unknown {
  try {
    return (from as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function readData(from: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(from, key)?.value;
}

/** A bounded copy of an error's details: plain data, everything else told in words. */
class Details {
  readonly #read: Read;
  #left: number = MAX_DETAIL_VALUES;

  constructor(read: Read) {
    this.#read = read;
  }

  copy(details: object): PlainRecord {
    const copy = this.#value(details, 0);
    return typeof copy === "object" && copy !== null && !Array.isArray(copy) ? (copy as PlainRecord) : {};
  }

  #value(value: unknown, depth: number): Value {
    this.#left--;
    switch (typeof value) {
      case "boolean":
      case "number":
        return value;
      case "string":
        return text(value, MAX_DETAIL_TEXT);
      case "object":
        if (value === null) return null;
        if (depth < MAX_DETAIL_DEPTH && isPlain(value)) return this.#container(value, depth);
        return isGraphoidError(value) ? text(value.message, MAX_DETAIL_TEXT) : safeDescribe(value);
      default:
        return safeDescribe(value);
    }
  }

  #container(value: object, depth: number): Value {
    const list = Array.isArray(value);
    const copy: Record<string, Value> = {};
    const items: Value[] = [];
    for (const key of safeKeys(value)) {
      if (this.#left <= 0) break;
      // Programs that copy details around must not be tricked into setting a prototype.
      if (key === "__proto__") continue;
      const item = this.#read(value, key);
      if (item === undefined) continue;
      if (list) items.push(this.#value(item, depth + 1));
      else copy[text(key, MAX_NAME)] = this.#value(item, depth + 1);
    }
    return list ? items : copy;
  }
}

function isPlain(value: object): boolean {
  try {
    if (Array.isArray(value)) return true;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}

/** The first keys of an object; a huge one is not listed in full. */
function safeKeys(value: object): string[] {
  const keys: string[] = [];
  try {
    for (const key in value) {
      if (Object.hasOwn(value, key)) keys.push(key);
      if (keys.length >= MAX_DETAIL_VALUES) break;
    }
  } catch {
    // A proxy that throws has no keys to speak of.
  }
  return keys;
}
