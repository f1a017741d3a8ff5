import { isGraph, type Value } from "@graphoid/core";
import type { Choices } from "../../../fuzz/choices.ts";
import { ChunkWriter } from "../src/chunks.ts";
import type { Serializer } from "../src/index.ts";
import { HostileWriter } from "./hostile-bytes.ts";
import { writeGraphBody } from "./hostile-graph.ts";
import { writeValue } from "./hostile-value.ts";
import { anyGraph, anyValue } from "./values.ts";

/** A stream as it arrives, and what it was of. */
export interface Transported {
  readonly value: Value;
  readonly pieces: readonly Uint8Array[];
  /** Whether the bytes are those that were sent, cut at other places at most. */
  readonly intact: boolean;
}

/** A valid stream that is cut anew, and of which something may get lost, repeated, swapped or damaged on its way. */
export function transported(serializer: Serializer, choices: Choices): Transported {
  const value = choices.chance(160) ? anyGraph(choices) : anyValue(choices);
  const chunkBytes = choices.one([1024, 1025, 1500, 4096, 65_536]);
  const sent = [...serializer.stream(value, { chunkBytes })];
  const arrived = damaged(sent, choices);
  return { value, pieces: recut(joined(arrived), choices), intact: equalBytes(joined(sent), joined(arrived)) };
}

/** Whether a stream keeps all sharing: a graph is read part by part, and its parts share nothing. */
export function keepsSharing(value: Value): boolean {
  return !isGraph(value);
}

function damaged(sent: readonly Uint8Array[], choices: Choices): Uint8Array[] {
  const chunks = [...sent];
  const at = choices.below(chunks.length);
  const chunk = chunks[at] as Uint8Array;
  const copy = Uint8Array.from(chunk);
  switch (choices.below(10)) {
    case 0:
    case 1:
      break;
    case 2:
      chunks.splice(at, 1);
      break;
    case 3:
      chunks.splice(at, 0, chunk);
      break;
    case 4: {
      const other = choices.below(chunks.length);
      chunks[at] = chunks[other] as Uint8Array;
      chunks[other] = chunk;
      break;
    }
    case 5:
    case 6: {
      const bit = choices.below(copy.length * 8);
      copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
      chunks[at] = copy;
      break;
    }
    case 7: {
      const from = choices.below(copy.length);
      copy.fill(choices.byte(), from, from + 1 + choices.below(8));
      chunks[at] = copy;
      break;
    }
    case 8:
      chunks[at] = choices.chance(128)
        ? chunk.subarray(0, choices.below(chunk.length))
        : chunk.subarray(choices.below(chunk.length));
      break;
    default:
      chunks.splice(choices.below(chunks.length + 1), 0, choices.bytes(1 + choices.below(30)));
  }
  return chunks;
}

/** The same bytes, cut anywhere: in single bytes at first, in a few pieces, or not at all. */
export function recut(bytes: Uint8Array, choices: Choices): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const most = choices.one([1, 7, 20, 21, 22, 1000, 100_000]);
  for (let at = 0; at < bytes.length; ) {
    const size = pieces.length > 100 ? bytes.length : choices.chance(8) ? 0 : 1 + choices.below(most);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** A stream whose chunks are as they should be, around a body that need not be. */
export function hostileStream(choices: Choices): Uint8Array {
  const writer = new HostileWriter(choices);
  const kind = choices.one([0, 1, 2, 2]);
  writer.put(writer.wrong ? choices.byte() : kind);
  if (kind === 0) writeValue(writer, 0);
  else {
    const part = (write: () => void): void => {
      const body = writer.apart(write);
      writer.uint(writer.announced(body.length), 4);
      writer.raw(body);
    };
    writeGraphBody(writer, { value: () => writeValue(writer, 2), part });
  }
  if (writer.wrong) writer.put(choices.byte());
  return inChunks(writer.take(), choices.one([1024, 4096, 65_536]));
}

export function inChunks(body: Uint8Array, chunkBytes: number): Uint8Array {
  const chunks = new ChunkWriter(chunkBytes);
  return joined([...chunks.write(body), chunks.end()]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
