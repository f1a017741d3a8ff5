import { equals, hashValue, isGraphoidError, type Value, valueCodec } from "@graphoid/core";
import { Choices } from "../../../fuzz/choices.ts";
import { type Random, randomBytes } from "../../../fuzz/random.ts";
import { type Case, Finding, type Target } from "../../../fuzz/target.ts";
import { createSerializer } from "../src/serializer.ts";
import { difference } from "../test/identical.ts";
import { checkWellFormed } from "../test/well-formed.ts";
import { hostileJson } from "./hostile-json.ts";
import { hostileValue } from "./hostile-value.ts";
import { hostileStream, inChunks, joined, keepsSharing, recut, type Transported, transported } from "./streams.ts";
import { anyGraph, anyValue, Money } from "./values.ts";

const serializer = createSerializer();
serializer.register(Money, Money[valueCodec]);

/** What bytes from anyone may be refused with (docs/errors.md). Nothing else may come out. */
const CODES = [
  "TRUNCATED",
  "TRAILING_DATA",
  "FORMAT",
  "VERSION",
  "INVALID_UTF8",
  "INTEGRITY",
  "DEPTH_LIMIT",
  "LIMIT",
  "CODEC",
];
const STREAM_CODES = [...CODES, "SEQUENCE", "CHECKSUM"];

function isOneOf(codes: readonly string[]): (error: unknown) => boolean {
  return (error) => isGraphoidError(error) && codes.includes(error.code);
}

type Way = readonly [name: string, there: (value: Value) => Value | Promise<Value>];

/** Ways of a value to bytes and back. Whatever was read can go each of them. */
const WAYS: readonly Way[] = [
  ["bytes", (value) => serializer.fromBytes(serializer.toBytes(value))],
  ["compact MessagePack", (value) => serializer.fromMsgpack(serializer.toMsgpack(value, { compact: true }))],
  ["JSON", (value) => serializer.fromJson(serializer.toJson(value))],
  ["MessagePack", (value) => serializer.fromMsgpack(serializer.toMsgpack(value))],
  ["a stream", (value) => serializer.fromStream([...serializer.stream(value, { chunkBytes: 1024 })])],
];

/** What was read is a value without contradictions, and comes back from wherever it goes. */
async function checkRead(outcome: unknown, { length }: { readonly length: number }): Promise<void> {
  // Checking a large value takes many times as long as reading it.
  if (length > 20_000 && length % 8 > 0) return;
  checkWellFormed(outcome);
  const value = outcome as Value;
  const [first, ...rest] = WAYS as readonly [Way, ...Way[]];
  for (const [name, there] of [first, rest[length % rest.length] as Way]) {
    try {
      const back = await there(value);
      if (!equals(back, value))
        throw new Finding(`unequal after ${name}`, "what was read comes back as something else");
    } catch (error) {
      if (error instanceof Finding) throw error;
      // References within what is hostile can chain values deeper than they may nest, or make shorter what they cost more.
      if (isGraphoidError(error, "DEPTH_LIMIT") || isGraphoidError(error, "LIMIT")) continue;
      // A graph that is there twice has no plain form.
      if (name === "MessagePack" && isGraphoidError(error, "NOT_SERIALIZABLE")) continue;
      // A list may hold a reference that holds the list, but written from within the list comes second.
      if (isGraphoidError(error, "NOT_SERIALIZABLE") && error.message.includes("contains itself")) continue;
      throw new Finding(`cannot go through ${name}: ${String(error).slice(0, 60)}`, String(error), { cause: error });
    }
  }
}

/** A generated value comes back the same, bit by bit, from everywhere. */
async function checkRoundTrips(outcome: unknown): Promise<void> {
  const value = outcome as Value;
  checkWellFormed(value);
  if (!equalBytes(serializer.toBytes(value), serializer.toBytes(value)))
    throw new Finding("two encodings", "of one value");
  for (const [name, there] of WAYS) {
    let back: Value;
    try {
      back = await there(value);
    } catch (error) {
      if (name === "MessagePack" && isGraphoidError(error, "NOT_SERIALIZABLE")) continue;
      throw new Finding(`refused through ${name}: ${String(error).slice(0, 60)}`, String(error), { cause: error });
    }
    const found = difference(value, back, { sharing: name !== "a stream" || keepsSharing(value) });
    if (found !== undefined) throw new Finding(`different after ${name}`, found);
    if (!equals(value, back)) throw new Finding(`unequal after ${name}`, "`equals` sees a difference");
    if (hashValue(value) !== hashValue(back)) throw new Finding(`another hash after ${name}`, "`hashValue` differs");
  }
  try {
    JSON.parse(serializer.toJson(value, { plain: true }));
  } catch (error) {
    if (!isGraphoidError(error, "NOT_SERIALIZABLE")) throw error;
  }
}

function checkTransport(outcome: unknown, { value, intact }: Transported): void {
  if (!intact) throw new Finding("a damaged stream was read", "what arrived is not what was sent, and no error");
  const found = difference(value, outcome as Value, { sharing: keepsSharing(value) });
  if (found !== undefined) throw new Finding("different after transport", found);
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const HEADERS = [Uint8Array.of(0xc1, 0x47, 0x44, 0x01), Uint8Array.of(0xc1, 0x47, 0x44, 0x81)] as const;

/** Value bytes of MessagePack. */
function headed(body: Uint8Array, random: number): Uint8Array {
  return joined([random % 2 === 0 ? HEADERS[1] : HEADERS[0], body]);
}

function someChoices(random: Random): Choices {
  return new Choices(randomBytes(random, 1 + random(random(4) === 0 ? 1500 : 120)));
}

/** The value, or null where chance made one that cannot be written in this way. */
function written<T>(random: Random, write: (value: Value) => T): T {
  const choices = someChoices(random);
  const value = random(2) === 0 ? anyGraph(choices) : anyValue(choices);
  try {
    return write(value);
  } catch (error) {
    if (isGraphoidError(error)) return write(null);
    throw error;
  }
}

function hex(bytes: Uint8Array): string {
  return `${bytes.length} bytes: ${Buffer.from(bytes).toString("hex")}`;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Inputs that are the bytes themselves. */
const RAW = {
  prepare: (input: Uint8Array): Uint8Array => input,
  size: (input: Uint8Array) => input.length,
  check: checkRead,
  explain: hex,
};

const rawCases: readonly Case<Uint8Array>[] = [
  {
    ...RAW,
    name: "bytes",
    weight: 8,
    fresh: (random) =>
      random(3) === 0 ? written(random, serializer.toBytes) : headed(hostileValue(someChoices(random)), random(4)),
    read: (input) => serializer.fromBytes(input),
    isExpected: isOneOf(CODES),
  },
  {
    ...RAW,
    name: "msgpack",
    weight: 8,
    fresh: (random) =>
      random(2) === 0
        ? written(random, (value) => serializer.toMsgpack(value, { compact: random(2) === 0 }))
        : hostileValue(someChoices(random)),
    read: (input) => serializer.fromMsgpack(input),
    isExpected: isOneOf(CODES),
  },
  {
    ...RAW,
    name: "stream",
    weight: 3,
    fresh: (random) =>
      random(2) === 0
        ? written(random, (value) => joined([...serializer.stream(value, { chunkBytes: 1024 })]))
        : hostileStream(someChoices(random)),
    read: (input) => serializer.fromStream([input]),
    isExpected: isOneOf(STREAM_CODES),
  },
];

/** The bytes that the chunks of a stream carry: the input is these, and the chunks around them are right. */
const streamBody: Case<Uint8Array> = {
  name: "stream-body",
  weight: 5,
  fresh: (random) => bodyOf(written(random, (value) => joined([...serializer.stream(value, { chunkBytes: 65_536 })]))),
  prepare: (input) => inChunks(input, 1024),
  size: (input) => input.length,
  read: (input) => serializer.fromStream(recut(input, new Choices(input.subarray(21, 24)))),
  isExpected: isOneOf(CODES),
  check: checkRead,
  explain: hex,
};

/** The body of a stream of one chunk, and some of it of a longer one. */
function bodyOf(stream: Uint8Array): Uint8Array {
  return stream.subarray(21);
}

const json: Case<string> = {
  name: "json",
  weight: 5,
  fresh: (random) =>
    encoder.encode(
      random(2) === 0
        ? written(random, (value) => serializer.toJson(value, { plain: random(3) === 0 }))
        : hostileJson(someChoices(random)),
    ),
  prepare: (input) => decoder.decode(input),
  size: (text) => text.length,
  read: (text) => serializer.fromJson(text),
  isExpected: isOneOf(CODES),
  check: checkRead,
  explain: (input) => JSON.stringify(decoder.decode(input)),
};

/** Inputs that are decisions of a generator. */
const fresh = (random: Random): Uint8Array => randomBytes(random, 1 + random(random(8) === 0 ? 2000 : 150));

const structuredCases: readonly Case<Uint8Array>[] = [
  {
    ...RAW,
    name: "msgpack-structure",
    weight: 8,
    fresh,
    prepare: (input) => hostileValue(new Choices(input)),
    read: (input) => serializer.fromMsgpack(input),
    isExpected: isOneOf(CODES),
    explain: (input) => hex(hostileValue(new Choices(input))),
  },
  {
    ...RAW,
    name: "bytes-structure",
    weight: 6,
    fresh,
    prepare: (input) => headed(hostileValue(new Choices(input)), input.length),
    read: (input) => serializer.fromBytes(input),
    isExpected: isOneOf(CODES),
    explain: (input) => hex(headed(hostileValue(new Choices(input)), input.length)),
  },
  {
    ...RAW,
    name: "stream-structure",
    weight: 6,
    fresh,
    prepare: (input) => hostileStream(new Choices(input)),
    read: (input) => serializer.fromStream([input]),
    isExpected: isOneOf(CODES),
    explain: (input) => hex(hostileStream(new Choices(input))),
  },
];

const jsonStructure: Case<string> = {
  ...json,
  name: "json-structure",
  weight: 5,
  fresh,
  prepare: (input) => hostileJson(new Choices(input)),
  explain: (input) => hostileJson(new Choices(input)),
};

const values: Case<Value> = {
  name: "values",
  weight: 4,
  fresh,
  prepare: (input) =>
    (input[0] ?? 0) % 2 === 0 ? anyValue(new Choices(input.subarray(1))) : anyGraph(new Choices(input.subarray(1))),
  read: (value) => value,
  isExpected: () => false,
  check: checkRoundTrips,
  explain: (input) => serializer.toJson(values.prepare(input), { indent: 1 }),
};

const transport: Case<Transported> = {
  name: "transport",
  weight: 5,
  fresh,
  prepare: (input) => transported(serializer, new Choices(input)),
  read: async ({ pieces, intact }) => {
    try {
      return await serializer.fromStream(pieces);
    } catch (error) {
      if (intact) throw new Finding("an intact stream was refused", String(error), { cause: error });
      throw error;
    }
  },
  isExpected: isOneOf(STREAM_CODES),
  check: checkTransport,
  explain: (input) => {
    const { value, pieces, intact } = transported(serializer, new Choices(input));
    return `${intact ? "intact" : "damaged"}: ${hex(joined(pieces))}\nof ${serializer.toJson(value)}`;
  },
};

/** Objects that every other object inherits from, and how many properties of their own they have. */
const SHARED: readonly (readonly [object, number])[] = [Object, Array, Map, Set, Error, Uint8Array, Date, Function]
  .map(({ prototype }) => prototype as object)
  .map((prototype) => [prototype, Reflect.ownKeys(prototype).length]);

export const target: Target = {
  cases: [...rawCases, streamBody, json, ...structuredCases, jsonStructure, values, transport] as readonly Case[],
  invariant: () => {
    for (const [prototype, keys] of SHARED) {
      if (Reflect.ownKeys(prototype).length !== keys) throw new Finding("prototype pollution", String(prototype));
    }
  },
};
