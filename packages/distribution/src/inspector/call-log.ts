import type { Clock, Envelope, EnvelopeSource, Ref, Value } from "@graphoid/core";
import type { EnvelopeWatcher } from "../envelope-tap.ts";
import type { TraceStep, TraceView } from "./messages.ts";

/** How many traces are kept, and how many steps of one. */
const MAX_TRACES = 100;
const MAX_STEPS = 300;
/** Calls that wait for their answer. Past this the oldest are shown as open for good. */
const MAX_OPEN = 10_000;
const MAX_TEXT = 120;

type Step = { -readonly [K in keyof TraceStep]: TraceStep[K] };

interface Record {
  readonly id: string;
  readonly startedAt: number;
  /** By the clock that never goes backwards. */
  readonly origin: number;
  readonly steps: Step[];
}

interface OpenStep {
  readonly step: Step;
  readonly record: Record;
}

/**
 * The calls of traces that go through this host, as its envelopes tell: who called whom, when, and how it ended. Calls
 * without a trace are not kept.
 */
export class CallLog implements EnvelopeWatcher {
  readonly #identity: string;
  readonly #clock: Clock;
  readonly #wallClock: () => number;
  readonly #onChange: (traceId: string) => void;
  readonly #records = new Map<string, Record>();
  /** Calls made from here, by their number. */
  readonly #open = new Map<number, OpenStep>();

  constructor(identity: string, clock: Clock, wallClock: () => number, onChange: (traceId: string) => void) {
    this.#identity = identity;
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#onChange = onChange;
  }

  /** All traces, the latest last. */
  traces(): TraceView[] {
    return Array.from(this.#records.values(), viewOf);
  }

  trace(id: string): TraceView | undefined {
    const record = this.#records.get(id);
    return record && viewOf(record);
  }

  sent(ref: Ref, envelope: Envelope): void {
    const host: Value = ref.location();
    if (typeof host !== "string" || !isCall(envelope)) return;
    const begun = this.#begin(envelope, this.#identity, host);
    if (begun === undefined || envelope.kind === "send") return;
    this.#open.set(envelope.id, begun);
    if (this.#open.size > MAX_OPEN) this.#open.delete(this.#open.keys().next().value as number);
  }

  arrived(envelope: Envelope, source: EnvelopeSource): EnvelopeSource {
    if (isCall(envelope)) {
      const begun = source.identity === undefined ? undefined : this.#begin(envelope, source.identity, this.#identity);
      const { reply } = source;
      if (begun === undefined || reply === undefined) return source;
      return {
        ...(source.identity === undefined ? {} : { identity: source.identity }),
        authenticated: source.authenticated ?? false,
        reply: (answer) => {
          this.#end(begun, answer.kind);
          return reply.call(source, answer);
        },
      };
    }
    const open = this.#open.get(envelope.id);
    if (open !== undefined && this.#end(open, envelope.kind)) this.#open.delete(envelope.id);
    return source;
  }

  #begin(envelope: Envelope, from: string, to: string): OpenStep | undefined {
    const traceId = traceIdOf(envelope);
    if (traceId === undefined) return undefined;
    let record = this.#records.get(traceId);
    if (record === undefined) {
      if (this.#records.size >= MAX_TRACES) this.#records.delete(this.#records.keys().next().value as string);
      record = { id: traceId, startedAt: this.#wallClock(), origin: this.#clock.now(), steps: [] };
      this.#records.set(traceId, record);
    }
    if (record.steps.length >= MAX_STEPS) return undefined;
    const step: Step = {
      name: envelope.message.slice(0, MAX_TEXT),
      target: envelope.target.slice(0, MAX_TEXT),
      from,
      to,
      startMs: this.#clock.now() - record.origin,
      durationMs: envelope.kind === "send" ? 0 : null,
      status: envelope.kind === "send" ? "ok" : "open",
    };
    record.steps.push(step);
    this.#onChange(record.id);
    return { step, record };
  }

  /** Takes an answer to a call; false when more will come. */
  #end({ step, record }: OpenStep, kind: Envelope["kind"]): boolean {
    if (kind !== "reply" && kind !== "error" && kind !== "end") return false;
    if (step.durationMs !== null) return true;
    step.durationMs = this.#clock.now() - record.origin - step.startMs;
    step.status = kind === "error" ? "error" : "ok";
    this.#onChange(record.id);
    return true;
  }
}

function isCall({ kind }: Envelope): boolean {
  return kind === "send" || kind === "request" || kind === "stream";
}

/** The trace that a call belongs to, where it has one (W3C Trace Context). */
function traceIdOf({ headers }: Envelope): string | undefined {
  const parent = headers["traceparent"];
  if (typeof parent !== "string") return undefined;
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(parent)?.[1];
}

function viewOf({ id, startedAt, steps }: Record): TraceView {
  return { id, startedAt, steps: steps.map((step) => ({ ...step })) };
}
