import type { Envelope, EnvelopeKind, EnvelopeSource, PeerReport, Ref, RouterHost } from "@graphoid/core";
import { isRef, refBrand } from "@graphoid/core";
import { type NatsRouter, type NatsRouterOptions, natsRouter } from "../src/index.ts";

const PATIENCE_MS = 60_000;

/** An envelope that came, and from whom. */
export interface Delivery {
  readonly envelope: Envelope;
  readonly source: EnvelopeSource;
}

/** A host that writes JSON and remembers what it is given. */
export interface FakeHost extends RouterHost {
  readonly deliveries: Delivery[];
  readonly reports: PeerReport[];
  readonly replyTo: NonNullable<Envelope["replyTo"]>;
  /** What is done with an envelope, beside remembering it. */
  onDeliver: (delivery: Delivery) => unknown;
  /** The deliveries of a kind. */
  of(kind: EnvelopeKind): Delivery[];
  /** The states of a host, in the order that they were reported. */
  states(id: string): string[];
}

function fakeHost(identity: string, incarnation: string = crypto.randomUUID()): FakeHost {
  const deliveries: Delivery[] = [];
  const reports: PeerReport[] = [];
  const host: FakeHost = {
    identity,
    incarnation,
    deliveries,
    reports,
    replyTo: { id: `reply:${identity}`, location: identity, metadata: {}, incarnation },
    encode: ({ replyTo: _, ...envelope }) => Buffer.from(JSON.stringify(envelope)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Envelope,
    deliver: (envelope, source) => {
      deliveries.push({ envelope, source });
      return host.onDeliver({ envelope, source });
    },
    reportPeer: (report) => void reports.push(report),
    onDeliver: () => undefined,
    of: (kind) => deliveries.filter(({ envelope }) => envelope.kind === kind),
    states: (id) => reports.filter((report) => report.id === id).map(({ state }) => state),
  };
  return host;
}

/** Answers every request with what it came with. */
function echo(host: FakeHost): void {
  host.onDeliver = ({ envelope, source }) => {
    if (envelope.kind === "request") return source.reply?.(answer(envelope, "reply", envelope.payload));
    return undefined;
  };
}

export function answer(
  { id, replyTo }: Envelope,
  kind: EnvelopeKind,
  payload: Envelope["payload"] = null,
  headers: Envelope["headers"] = {},
): Envelope {
  return { kind, id, target: replyTo?.id ?? "", message: "", payload, headers };
}

function refTo(location: string | null): Ref {
  const refuse = (): never => {
    throw new Error("a reference of a test carries no calls");
  };
  const ref: Ref = {
    [refBrand]: true,
    id: "x",
    metadata: {},
    incarnation: undefined,
    isLocal: () => false,
    isRemote: () => true,
    location: () => location,
    resolve: async () => refuse(),
    send: async () => refuse(),
    request: async () => refuse(),
    stream: refuse,
    toData: () => ({ id: "x", location, metadata: {} }),
  };
  if (!isRef(ref)) throw new Error("not a reference");
  return ref;
}

/** A host on a router. */
export class Node implements AsyncDisposable {
  readonly host: FakeHost;
  readonly router: NatsRouter;
  #calls = 0;

  private constructor(host: FakeHost, router: NatsRouter) {
    this.host = host;
    this.router = router;
  }

  static async start(identity: string, options: Omit<NatsRouterOptions, "host">, incarnation?: string): Promise<Node> {
    const host = fakeHost(identity, incarnation);
    echo(host);
    const node = new Node(host, natsRouter({ host, ...options }));
    await node.router.init();
    return node;
  }

  send(location: string, payload: Envelope["payload"]): Promise<void> {
    return this.#route(location, { kind: "send", id: 0, target: "x", message: "m", payload, headers: {} });
  }

  /** Sends a call and returns its number. */
  async call(
    location: string,
    payload: Envelope["payload"] = null,
    kind: "request" | "stream" = "request",
  ): Promise<number> {
    const id = ++this.#calls;
    const { replyTo } = this.host;
    await this.#route(location, { kind, id, target: "x", message: "m", payload, headers: {}, replyTo });
    return id;
  }

  /** Sends what belongs to a call. */
  control(
    location: string,
    id: number,
    kind: "cancel" | "credit" | "item" | "end",
    headers: Envelope["headers"] = {},
  ): Promise<void> {
    const { replyTo } = this.host;
    return this.#route(location, { kind, id, target: "x", message: "", payload: 1, headers, replyTo });
  }

  /** What ended a call: its answer, or an error. */
  async outcome(id: number): Promise<Envelope> {
    const find = (): Delivery | undefined =>
      this.host.deliveries.find(({ envelope: { id: of, kind, target } }) => {
        // As a remote does: only who was called knows the reply target.
        return of === id && target === this.host.replyTo.id && (kind === "reply" || kind === "error");
      });
    await until(() => find() !== undefined, `the end of call ${id} of ${this.host.identity}`);
    return (find() as Delivery).envelope;
  }

  /** Calls and waits for the end. */
  async ask(location: string, payload: Envelope["payload"] = null): Promise<Envelope> {
    return this.outcome(await this.call(location, payload));
  }

  close(): Promise<void> {
    return this.router.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #route(location: string, envelope: Envelope): Promise<void> {
    await this.router.route(refTo(location), envelope);
  }
}

/** The code of an error that came. */
export function codeOf({ kind, payload }: Envelope): string {
  return kind === "error" ? (payload as { code: string }).code : kind;
}

/** Waits until `condition` holds, and fails in words where that takes too long. */
export async function until(condition: () => boolean, what = String(condition)): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
