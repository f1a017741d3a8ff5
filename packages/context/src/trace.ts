import { type Clock, describe } from "@graphoid/core";
import type { BridgedSpan, OpenTelemetryBridge } from "./open-telemetry.ts";
import { randomId } from "./random-id.ts";
import { formatTraceparent, parseTraceparent, type TraceParent } from "./traceparent.ts";

/** How a step stands. */
export type SpanStatus = "open" | "ok" | "error";

/** One timed step of an operation, as it was when asked for. */
export interface SpanSnapshot {
  readonly name: string;
  /** 16 hexadecimal digits, as in `traceparent`. */
  readonly id: string;
  /** The span that it is a step of, of this trace here or of a trusted caller. Absent for the first steps of a trace. */
  readonly parentId?: string;
  /** Milliseconds from the start of the trace on this host, by a clock that never goes backwards. */
  readonly startMs: number;
  /** Milliseconds that it took, or has taken so far while open. */
  readonly durationMs: number;
  readonly status: SpanStatus;
  /** The message of the error that it ended with, where it did. */
  readonly error?: string;
}

/** The spans of an operation on this host, shared by all contexts of the operation. */
export interface Trace {
  /** 32 hexadecimal digits, the same on every host; `undefined` without a trace. */
  readonly traceId: string | undefined;
  /** Whether spans are recorded. */
  readonly recording: boolean;
  /** Traces that this one was started from without continuing them: those that untrusted peers claimed. */
  readonly links: readonly TraceParent[];
  /** How many spans were not recorded because there were too many. */
  readonly droppedSpans: number;
  /** Snapshots of all recorded spans, open and finished, in the order in which they started. */
  spans(): readonly SpanSnapshot[];
}

const NO_SPANS: readonly SpanSnapshot[] = Object.freeze([]);
const NO_LINKS: readonly TraceParent[] = Object.freeze([]);

/** A step that is being timed. */
export class SpanRecord {
  readonly #trace: TraceRecorder;
  readonly #name: string;
  readonly #parent: SpanRecord | undefined;
  readonly #start: number;
  #end = Number.NaN;
  #error: string | undefined;
  #id: string | undefined;
  /** The same span as OpenTelemetry knows it. */
  readonly bridged: BridgedSpan | undefined;

  constructor(
    trace: TraceRecorder,
    name: string,
    parent: SpanRecord | undefined,
    start: number,
    bridged: BridgedSpan | undefined,
  ) {
    this.#trace = trace;
    this.#name = name;
    this.#parent = parent;
    this.#start = start;
    this.bridged = bridged;
    this.#id = bridged?.identity?.spanId;
  }

  /** Made when first needed: most spans are never sent or looked at. */
  get id(): string {
    this.#id ??= randomId(8);
    return this.#id;
  }

  end(error: unknown): void {
    if (!Number.isNaN(this.#end)) return;
    this.#end = this.#trace.now();
    if (error !== undefined) this.#error = messageOf(error);
    this.bridged?.end(this.#error);
  }

  snapshot(): SpanSnapshot {
    const open = Number.isNaN(this.#end);
    const parentId = this.#parent ? this.#parent.id : this.#trace.remoteParentId;
    return {
      name: this.#name,
      id: this.id,
      ...(parentId === undefined ? undefined : { parentId }),
      startMs: this.#start,
      durationMs: (open ? this.#trace.now() : this.#end) - this.#start,
      status: open ? "open" : this.#error === undefined ? "ok" : "error",
      ...(this.#error === undefined ? undefined : { error: this.#error }),
    };
  }
}

/** Where a trace comes from and what is done with it. */
export interface TraceOrigin {
  readonly recording: boolean;
  /** The trusted caller's position, which the trace continues. */
  readonly continued?: TraceParent | undefined;
  /** The `tracestate` to pass on, already checked. */
  readonly tracestate?: string | undefined;
  /** A position that the trace is linked to, without continuing it: a `traceparent` as it came, read when asked for. */
  readonly linkTo?: unknown;
}

/** The trace of one operation on this host. */
export class TraceRecorder implements Trace {
  readonly recording: boolean;
  readonly tracestate: string | undefined;
  readonly remoteParentId: string | undefined;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #maxSpans: number;
  readonly #random: boolean;
  readonly #bridge: OpenTelemetryBridge | undefined;
  readonly #spans: SpanRecord[] = [];
  readonly #linkTo: unknown;
  #links: readonly TraceParent[] | undefined;
  #traceId: string | undefined;
  /** Stands for the operation in the `traceparent` of calls made outside any recorded span. */
  #operationId: string | undefined;
  #dropped = 0;

  constructor(clock: Clock, maxSpans: number, origin: TraceOrigin, bridge: OpenTelemetryBridge | undefined) {
    this.recording = origin.recording;
    this.#linkTo = origin.linkTo;
    this.tracestate = origin.tracestate;
    this.remoteParentId = origin.continued?.spanId;
    this.#clock = clock;
    // Only spans ask for the time.
    this.#origin = origin.recording ? clock.now() : 0;
    this.#maxSpans = maxSpans;
    this.#random = origin.continued?.random ?? true;
    this.#traceId = origin.continued?.traceId;
    this.#bridge = bridge;
  }

  get traceId(): string {
    this.#traceId ??= randomId(16);
    return this.#traceId;
  }

  get links(): readonly TraceParent[] {
    if (this.#links === undefined) {
      const link = parseTraceparent(this.#linkTo);
      this.#links = link === undefined ? NO_LINKS : Object.freeze([Object.freeze(link)]);
    }
    return this.#links;
  }

  get droppedSpans(): number {
    return this.#dropped;
  }

  spans(): readonly SpanSnapshot[] {
    return this.#spans.map((span) => span.snapshot());
  }

  /** Milliseconds since the trace began here. */
  now(): number {
    return this.#clock.now() - this.#origin;
  }

  /** Begins a span; `undefined` when the trace is not recorded or full. */
  start(name: string, parent: SpanRecord | undefined): SpanRecord | undefined {
    if (!this.recording) return undefined;
    if (this.#spans.length >= this.#maxSpans) {
      this.#dropped++;
      return undefined;
    }
    const bridged = this.#bridge === undefined ? undefined : this.#startBridged(this.#bridge, name, parent);
    const span = new SpanRecord(this, name, parent, this.now(), bridged);
    this.#spans.push(span);
    return span;
  }

  /** Without a span above it, it goes below the caller's, or where this trace is already known to begin. */
  #startBridged(bridge: OpenTelemetryBridge, name: string, parent: SpanRecord | undefined): BridgedSpan | undefined {
    const traceId = this.#traceId;
    const spanId = this.remoteParentId ?? this.#operationId ?? randomId(8);
    const position = traceId === undefined ? undefined : { traceId, spanId, sampled: true, random: this.#random };
    const bridged = bridge.start(name, parent?.bridged, position);
    // A trace that begins with this span is the one that OpenTelemetry has given it.
    this.#traceId ??= bridged?.identity?.traceId;
    return bridged;
  }

  /** The `traceparent` for calls made in `span`. */
  traceparent(span: SpanRecord | undefined): string {
    let spanId = span?.id;
    if (spanId === undefined) {
      this.#operationId ??= randomId(8);
      spanId = this.#operationId;
    }
    return formatTraceparent({ traceId: this.traceId, spanId, sampled: this.recording, random: this.#random });
  }
}

/** What a context without a trace shows. */
export const NO_TRACE: Trace = Object.freeze({
  traceId: undefined,
  recording: false,
  links: NO_LINKS,
  droppedSpans: 0,
  spans: () => NO_SPANS,
});

function messageOf(error: unknown): string {
  try {
    // The message of an error from elsewhere may be an accessor, or no string at all.
    const message = error instanceof Error ? error.message : typeof error === "string" ? error : describe(error);
    return String(message).slice(0, 1000);
  } catch {
    return "an error without a readable message";
  }
}
