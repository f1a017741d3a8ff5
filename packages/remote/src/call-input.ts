import { type EnvelopeHeaders, invalidArgument, type Value } from "@graphoid/core";
import { INPUT_HEADER, SEQUENCE_HEADER } from "./envelopes.ts";
import type { PendingCall } from "./pending-call.ts";
import { StreamReader } from "./stream-reader.ts";
import { StreamWriter } from "./stream-writer.ts";

/** What the items of a caller go through. */
export interface InputSink {
  /** Sends an item, or their end; resolves when there is room for the next. */
  post(call: PendingCall, kind: "item" | "end", value: Value, headers: EnvelopeHeaders): Promise<void> | void;
  /** The caller's own iterable threw, or one of its items cannot travel. */
  itemsFailed(call: PendingCall, error: unknown): void;
}

/** Sends the items of a call as its handler reads them. Nothing is asked of `items` before that. */
export function inputWriter(
  call: PendingCall,
  items: Iterable<Value> | AsyncIterable<Value>,
  sink: InputSink,
): StreamWriter {
  if (call.kind === "send") throw invalidArgument("remote.send", "items", "absent, since nobody reads them", items);
  const headersOf = (sequence: number): EnvelopeHeaders => ({ [INPUT_HEADER]: 1, [SEQUENCE_HEADER]: sequence });
  const fail = (error: unknown): void => sink.itemsFailed(call, error);
  return new StreamWriter(
    iteratorOf(items),
    {
      item: (sequence, value) => sink.post(call, "item", value ?? null, headersOf(sequence)),
      end: (total) => {
        try {
          Promise.resolve(sink.post(call, "end", null, headersOf(total))).catch(fail);
        } catch (error) {
          fail(error);
        }
      },
      fail,
    },
    0,
  );
}

function iteratorOf(items: Iterable<Value> | AsyncIterable<Value>): AsyncIterator<Value> | Iterator<Value> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

/** Reads the items of a caller. It is told what it may send by `tell`, as far as that can be done. */
export function inputReader(
  window: number,
  tell: (kind: "credit" | "cancel", payload: Value) => Promise<void> | void,
): StreamReader {
  const tried = (kind: "credit" | "cancel", payload: Value): void => {
    try {
      Promise.resolve(tell(kind, payload)).catch(() => {});
    } catch {
      // If the caller cannot be told, the deadline ends the call.
    }
  };
  return new StreamReader(
    {
      open: (_reader, credit) => tried("credit", credit),
      grant: (total) => tried("credit", total),
      cancel: () => tried("cancel", null),
      finish: () => {},
      hasten: () => {},
    },
    window,
  );
}
