import { isGraphoidError, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, it } from "vitest";
import { ChunkReader, ChunkWriter } from "../src/chunks.ts";
import { createSerializer } from "../src/serializer.ts";
import { graph, registerMoney, value } from "./arbitraries.ts";
import { mutated, mutatedText, randomIntegers, reproduction } from "./mutation.ts";
import { checkWellFormed } from "./well-formed.ts";

/** Other inputs than in a usual run: `FUZZ_SEED`, and how many of each kind: `FUZZ_RUNS`. */
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_241_122);
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 1500);

const serializer = registerMoney(createSerializer());

/** What to change: small values of all kinds, as what they are written as. */
function written<T>(write: (held: Value) => T): T[] {
  const held = fc.sample<Value>(fc.oneof(value, graph), { seed: SEED, numRuns: 150 });
  return held.flatMap((one) => {
    try {
      return [write(one)];
    } catch (error) {
      // The plain form cannot tell everything.
      if (isGraphoidError(error, "NOT_SERIALIZABLE")) return [];
      throw error;
    }
  });
}

/** Reads changed inputs: each must be a value without contradictions or a typed error. (`pnpm fuzz` limits the time too.) */
async function fuzz<T extends Uint8Array | string>(
  inputs: readonly T[],
  mutate: (input: T, others: readonly T[], random: (below: number) => number) => T,
  read: (input: T) => Value | Promise<Value>,
): Promise<void> {
  const random = randomIntegers(SEED);
  const pool = inputs.filter((input) => input.length < 3000);
  for (let run = 0; run < RUNS; run++) {
    const input = mutate(pool[random(pool.length)] as T, pool, random);
    let outcome: Value;
    try {
      outcome = await read(input);
    } catch (error) {
      if (isGraphoidError(error)) continue;
      throw new Error(`run ${run} of seed ${SEED}: ${String(error)} for ${reproduction(input)}`, { cause: error });
    }
    try {
      checkWellFormed(outcome);
      // Whatever was read can be written again.
      serializer.fromBytes(serializer.toBytes(outcome));
    } catch (error) {
      throw new Error(`run ${run} of seed ${SEED}: ${String(error)} for ${reproduction(input)}`, { cause: error });
    }
  }
}

/** The bytes that the chunks of a stream carry. */
function bodiesOf(chunks: Iterable<Uint8Array>): Uint8Array {
  const reader = new ChunkReader(2 ** 20);
  return Buffer.concat([...chunks].flatMap((chunk) => [...reader.push(chunk)].map((body) => body.slice())));
}

function chunksOf(body: Uint8Array): Uint8Array[] {
  const writer = new ChunkWriter(1024);
  return [...writer.write(body), writer.end()];
}

describe("changed input is a typed error, or a value without contradictions", () => {
  it("as value bytes", async () => {
    await fuzz(written(serializer.toBytes), mutated, serializer.fromBytes);
  });

  it("as MessagePack", async () => {
    const plain = written((held) => serializer.toMsgpack(held));
    const compact = written((held) => serializer.toMsgpack(held, { compact: true }));
    await fuzz([...plain, ...compact], mutated, serializer.fromMsgpack);
  });

  it("as JSON", async () => {
    await fuzz(
      written((held) => serializer.toJson(held)),
      mutatedText,
      serializer.fromJson,
    );
  });

  it("as a stream", async () => {
    const streams = written((held) => Buffer.concat([...serializer.stream(held, { chunkBytes: 1024 })]));
    await fuzz<Uint8Array>(streams, mutated, (input) => serializer.fromStream([input]));
  });

  it("as what the chunks of a stream carry", async () => {
    const bodies = written((held) => bodiesOf(serializer.stream(held, { chunkBytes: 1024 })));
    await fuzz<Uint8Array>(bodies, mutated, (input) => serializer.fromStream(chunksOf(input)));
  });
});
