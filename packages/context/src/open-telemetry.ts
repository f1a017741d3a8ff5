import type { TraceParent } from "./traceparent.ts";

/** A span of OpenTelemetry, as far as it is used. */
export interface OpenTelemetrySpan {
  spanContext(): { readonly traceId: string; readonly spanId: string };
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

/** What is used of `@opentelemetry/api`, from version 1.3 on: pass the module itself. */
export interface OpenTelemetryApi {
  readonly ROOT_CONTEXT: unknown;
  readonly trace: {
    getTracer(name: string): { startSpan(name: string, options?: object, context?: never): OpenTelemetrySpan };
    setSpan(context: never, span: never): unknown;
    setSpanContext(context: never, spanContext: never): unknown;
  };
}

const ERROR = 2;
const SAMPLED = 1;
const NO_TRACE_ID = /^0*$/;

/** A span that an installed SDK knows of. */
export interface BridgedSpan {
  /** Undefined where no SDK is installed: then its spans have no identity. */
  readonly identity: { readonly traceId: string; readonly spanId: string } | undefined;
  end(error: string | undefined): void;
}

/**
 * Shows our spans to OpenTelemetry. Whatever it does, throws or lacks is its own affair: nothing of it reaches the
 * operation.
 */
export class OpenTelemetryBridge {
  readonly #api: OpenTelemetryApi;

  constructor(api: OpenTelemetryApi) {
    this.#api = api;
  }

  /** Begins a span below another, or below a position in a trace; a trace of its own without either. */
  start(name: string, parent: BridgedSpan | undefined, position: TraceParent | undefined): BridgedSpan | undefined {
    try {
      return this.#start(name, parent, position);
    } catch {
      return undefined;
    }
  }

  #start(name: string, parent: BridgedSpan | undefined, position: TraceParent | undefined): BridgedSpan {
    const { trace, ROOT_CONTEXT } = this.#api;
    let context = ROOT_CONTEXT;
    if (parent instanceof Bridged) context = trace.setSpan(context as never, parent.span as never);
    else if (position !== undefined) {
      const { traceId, spanId, sampled } = position;
      const spanContext = { traceId, spanId, traceFlags: sampled ? SAMPLED : 0, isRemote: true };
      context = trace.setSpanContext(context as never, spanContext as never);
    }
    // Asked for each time, so that an SDK that is registered later is found.
    return new Bridged(trace.getTracer("@graphoid/context").startSpan(name, {}, context as never));
  }
}

class Bridged implements BridgedSpan {
  readonly span: OpenTelemetrySpan;
  readonly identity: BridgedSpan["identity"];

  constructor(span: OpenTelemetrySpan) {
    this.span = span;
    const { traceId, spanId } = span.spanContext();
    const isKnown = /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId) && !NO_TRACE_ID.test(traceId);
    this.identity = isKnown ? { traceId, spanId } : undefined;
  }

  end(error: string | undefined): void {
    try {
      if (error !== undefined) this.span.setStatus({ code: ERROR, message: error });
      this.span.end();
    } catch {
      // Its own affair.
    }
  }
}
