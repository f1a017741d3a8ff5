import {
  type CallContext,
  type Clock,
  type ContextSource,
  checkBoolean,
  checkInteger,
  checkOptions,
  checkString,
  type EnvelopeHeaders,
  invalidArgument,
  type ReceivedCall,
  type Registration,
  registration,
  systemClock,
  timerWheel,
} from "@graphoid/core";
import { ambient, peek } from "./ambient.ts";
import { type Baggage, decodeBaggage, encodeBaggage, type Metadata, NO_BAGGAGE } from "./baggage.ts";
import { type Context, ContextNode, checkTimeout } from "./context.ts";
import { type OpenTelemetryApi, OpenTelemetryBridge } from "./open-telemetry.ts";
import { Scope, type ScopeHost } from "./scope.ts";
import { type TraceOrigin, TraceRecorder } from "./trace.ts";
import { parseTraceparent } from "./traceparent.ts";
import { normalizeTracestate } from "./tracestate.ts";

const FIELDS: ReadonlySet<string> = new Set(["traceparent", "tracestate", "baggage", "timeout-ms"]);

/** Options of {@link createContexts}. */
export interface ContextsOptions {
  /** Default: the machine's monotonic clock. */
  readonly clock?: Clock;
  /** How many spans a trace keeps on this host; further ones are only counted. Default: 1024. */
  readonly maxSpans?: number;
}

/** Options of {@link Contexts.create}. */
export interface ContextOptions {
  /** Milliseconds until the operation fails with `DeadlineExceededError`. Default: `Infinity`, no limit. */
  readonly timeoutMs?: number;
  /** Whether to record spans, here and on the hosts that the operation reaches. Default: false. */
  readonly trace?: boolean;
  /** Text that goes where the operation goes: at most 64 entries, 8192 bytes as W3C baggage. Default: none. */
  readonly metadata?: Metadata;
  /** Cancels the operation when it aborts. */
  readonly signal?: AbortSignal;
  /** What the operation is called in a deadline error. Default: `"operation"`. */
  readonly name?: string;
}

/** Options of {@link Contexts.fromHeaders}. */
export type FromHeadersOptions = ReceivedCall;

/** Options of {@link Contexts.extract}. */
export interface ExtractOptions extends ReceivedCall {
  /** Whether to record a trace here where none came that is continued. Default: false. */
  readonly trace?: boolean;
}

/** Makes contexts that share a clock and its timer. */
export interface Contexts extends ContextSource {
  /**
   * Begins an operation. It does not become a child of the ambient context; `current()?.withTimeout(…)` makes one.
   *
   * @throws InvalidArgumentError for options that are not as described.
   */
  create(options?: ContextOptions): Context;

  /**
   * The context that the running code was started in, with {@link Context.run} or as the handler of a call, whichever
   * instance made it. The first use, in a program that has not used `run` or `withTimeout`, starts the
   * `AsyncLocalStorage`: handlers that were already past an `await` do not have theirs yet.
   */
  current(): Context | undefined;

  /** As {@link Contexts.current}, without ever starting the `AsyncLocalStorage`. */
  peek(): Context | undefined;

  /**
   * The context of a call that arrived with `headers`: `timeout-ms`, and `traceparent`, `tracestate` and `baggage` as
   * the W3C defines them. Of malformed headers, as much is ignored as the W3C texts say, and nothing is thrown.
   *
   * A trusted sender's trace is continued, and recorded if the sender recorded it. An untrusted sender's trace is
   * restarted, not recorded, and only linked to, so that nobody outside can forge a place in a trace or make this host
   * record. Call {@link Context.end} when the call has been dealt with.
   */
  fromHeaders(headers: EnvelopeHeaders, options: FromHeadersOptions): Context;

  /**
   * The context of an HTTP request, or of whatever else carries headers: those of `request.headers` or
   * `request.headersDistinct` of Node, or any object of names, in whatever case, with values. As
   * {@link Contexts.fromHeaders}; a `traceparent` that came more than once counts as malformed.
   *
   * @example
   * ```ts
   * import { createContexts } from "@graphoid/context";
   *
   * const contexts = createContexts();
   * const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
   * const context = contexts.extract({ TraceParent: traceparent, baggage: "user=alice" }, { name: "GET /", trusted: true });
   * console.log(context.trace.traceId, context.metadata); // 0af7651916cd43dd8448eb211c80319c { user: 'alice' }
   * console.log(contexts.inject(context)["baggage"]); // user=alice
   * ```
   */
  extract(headers: PlainHeaders, options: ExtractOptions): Context;

  /**
   * What of a context travels, as headers of a request: `traceparent`, `tracestate`, `baggage` and `timeout-ms`. They are
   * added to `headers`, a new object by default, which is returned. Make a span for each request: `startSpan(name).context`.
   */
  inject(context: CallContext, headers?: Record<string, string>): Record<string, string>;

  /**
   * From now on, traces that begin or arrive here are also shown to OpenTelemetry, by the module `@opentelemetry/api`
   * that is given, and carry its ids; `ctx.trace.spans()` stays as it is. Without an installed SDK nothing happens, and
   * whatever the SDK does wrong has no effect on the operation. Dispose of the registration to end it.
   */
  useOpenTelemetry(api: OpenTelemetryApi): Registration;
}

/** Headers as plain objects have them, such as Node's. */
export interface PlainHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
}

/**
 * Makes an isolated source of contexts. The ambient context is the one thing that all instances share: it belongs to
 * the running code, not to an instance.
 *
 * @throws InvalidArgumentError for options that are not as described.
 *
 * @example
 * ```ts
 * import { createContexts } from "@graphoid/context";
 *
 * const contexts = createContexts();
 * const context = contexts.create({ timeoutMs: 5000, metadata: { requestId: "abc123" } });
 * const id = await context.run(async () => contexts.current()?.metadata["requestId"]);
 * console.log(id); // abc123
 * ```
 */
export function createContexts(options: ContextsOptions = {}): Contexts {
  checkOptions("createContexts", options, ["clock", "maxSpans"]);
  const { clock = systemClock, maxSpans = 1024 } = options;
  if (typeof clock?.now !== "function" || typeof clock.after !== "function") {
    throw invalidArgument("createContexts", "clock", "a clock with `now` and `after`", clock);
  }
  checkInteger("createContexts", "maxSpans", maxSpans, 1);
  return new ContextFactory(clock, maxSpans);
}

class ContextFactory implements Contexts {
  readonly #host: ScopeHost;
  readonly #maxSpans: number;
  #bridge: OpenTelemetryBridge | undefined;

  constructor(clock: Clock, maxSpans: number) {
    this.#host = { clock, wheel: timerWheel(clock) };
    this.#maxSpans = maxSpans;
  }

  create(options: ContextOptions = {}): Context {
    const call = "context.create";
    checkOptions(call, options, ["timeoutMs", "trace", "metadata", "signal", "name"]);
    const { timeoutMs = Number.POSITIVE_INFINITY, trace = false, metadata, signal, name = "operation" } = options;
    checkTimeout(call, timeoutMs);
    checkBoolean(call, "trace", trace);
    checkString(call, "name", name);
    if (signal !== undefined && !isAbortSignal(signal)) throw invalidArgument(call, "signal", "an AbortSignal", signal);
    const baggage = metadata === undefined ? NO_BAGGAGE : encodeBaggage(call, metadata);
    const recorder = trace ? this.#trace({ recording: true }) : undefined;
    return this.#root(new Scope(this.#host, { timeoutMs, name, outside: signal }), recorder, baggage);
  }

  current(): Context | undefined {
    return ambient() as Context | undefined;
  }

  peek(): Context | undefined {
    return peek() as Context | undefined;
  }

  fromHeaders(headers: EnvelopeHeaders, options: FromHeadersOptions): Context {
    const call = "context.fromHeaders";
    checkString(call, "name", options?.name);
    checkBoolean(call, "trusted", options.trusted);
    const fields: EnvelopeHeaders = typeof headers === "object" && headers !== null ? headers : {};
    const { timeoutMs = parseTimeout(fields["timeout-ms"]) } = options;
    checkTimeout(call, timeoutMs);
    const scope = new Scope(this.#host, { timeoutMs, name: options.name });
    const sent = fields["traceparent"];
    const recorder = this.#receive(sent, fields["tracestate"], options);
    return this.#root(scope, recorder, decodeBaggage(fields["baggage"]));
  }

  extract(headers: PlainHeaders, options: ExtractOptions): Context {
    checkOptions("context.extract", options, ["name", "trusted", "timeoutMs", "trace"]);
    if (options.trace !== undefined) checkBoolean("context.extract", "trace", options.trace);
    return this.fromHeaders(fieldsOf(headers), options);
  }

  inject(context: CallContext, headers: Record<string, string> = {}): Record<string, string> {
    for (const [name, value] of Object.entries(context.toHeaders())) headers[name] = String(value);
    return headers;
  }

  useOpenTelemetry(api: OpenTelemetryApi): Registration {
    if (typeof api !== "object" || api === null) {
      throw invalidArgument("context.useOpenTelemetry", "api", "the module @opentelemetry/api", api);
    }
    const bridge = new OpenTelemetryBridge(api);
    this.#bridge = bridge;
    return registration(() => {
      if (this.#bridge === bridge) this.#bridge = undefined;
    });
  }

  #receive(sent: unknown, tracestate: unknown, options: ExtractOptions): TraceRecorder | undefined {
    const { trusted, trace = false } = options;
    if (sent === undefined) return trace ? this.#trace({ recording: true }) : undefined;
    if (!trusted) return this.#trace({ recording: trace, linkTo: sent });
    const position = parseTraceparent(sent);
    if (!position) return this.#trace({ recording: trace });
    return this.#trace({
      recording: position.sampled,
      continued: position,
      tracestate: normalizeTracestate(tracestate),
    });
  }

  #trace(origin: TraceOrigin): TraceRecorder {
    return new TraceRecorder(this.#host.clock, this.#maxSpans, origin, this.#bridge);
  }

  #root(scope: Scope, trace: TraceRecorder | undefined, baggage: Baggage): Context {
    return new ContextNode(this.#host, scope, baggage, trace, undefined, false);
  }
}

/** The headers that matter, by their names in lower case. Those that came several times are put together. */
function fieldsOf(headers: PlainHeaders): EnvelopeHeaders {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers ?? {})) {
    const name = key.toLowerCase();
    if (value === undefined || !FIELDS.has(name)) continue;
    const text = typeof value === "string" ? value : value.join(",");
    fields[name] = fields[name] === undefined ? text : `${fields[name]},${text}`;
  }
  return fields;
}

/** A `timeout-ms` header: a number of milliseconds, also as decimal text. Below 0 counts as past; else no limit. */
function parseTimeout(value: unknown): number {
  const ms = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof ms !== "number" || Number.isNaN(ms) ? Number.POSITIVE_INFINITY : Math.max(0, ms);
}

function isAbortSignal(value: unknown): value is AbortSignal {
  const signal = value as Partial<AbortSignal> | null;
  return (
    typeof signal === "object" && typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function"
  );
}
