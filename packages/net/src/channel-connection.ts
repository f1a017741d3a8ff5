import { ClosedError, checkString, type GraphoidError, type Timer } from "@graphoid/core";
import type { CloseOptions, Connection, ConnectionMetrics, Peer, SendOptions } from "./connection.ts";
import { metricsOf } from "./connection-metrics.ts";
import { ConsumerWatch } from "./consumer-watch.ts";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { decodeNumber, encodeNumber, frameKind, maxMessageLength } from "./frame-format.ts";
import { FrameWriter } from "./frame-writer.ts";
import { encoderOf } from "./framing.ts";
import { decodeGoodbye, encodeGoodbye, goodbyeCode, goodbyeFor } from "./goodbye.ts";
import { certificateRefusal, Handshake, noHelloError, peerOf } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Hello } from "./hello.ts";
import { Intake } from "./intake.ts";
import type { ConnectionSettings } from "./options.ts";
import { laneOf, notBytes } from "./send-arguments.ts";
import { type ConnectionState, type ConnectionStatus, StatusFeed } from "./status.ts";
import { lostError, silenceError, systemError } from "./system-errors.ts";
import type { ByteChannel } from "./transport.ts";
import type { WaitOptions } from "./wait.ts";

/** What the maker of a connection is told. */
export interface ConnectionHooks {
  /** There is a channel to the other side; now both greet each other. */
  onReached?(): void;
  /** The connection is open. */
  onOpened(): void;
  /** It is closed, for this reason; something of it may linger until `closed` resolves. */
  onClosed(reason: GraphoidError): void;
  /** Asked before a connection opens: the error with which to refuse it, if so. */
  admit?(): GraphoidError | undefined;
}

/** How long a connection that failed waits for the peer to read why. */
const farewellMs = 1000;

let connections = 0;

/** A {@link Connection} over a {@link ByteChannel}. */
export class ChannelConnection implements Connection {
  readonly id: string = `connection-${++connections}`;
  readonly closed: Promise<GraphoidError>;
  readonly #role: "dial" | "accept";
  readonly #channel: ByteChannel;
  readonly #settings: ConnectionSettings;
  readonly #hooks: ConnectionHooks;
  readonly #feed = new StatusFeed();
  readonly #intake: Intake;
  readonly #writer: FrameWriter;
  readonly #consumer: ConsumerWatch | undefined;
  readonly #encode: ((message: Uint8Array) => readonly Uint8Array[]) | undefined;
  #handshake: Handshake | undefined;
  #heartbeat: Heartbeat | undefined;
  #peer: Peer = peerOf(undefined, undefined);
  #reason: GraphoidError | undefined;
  #resolveClosed!: (reason: GraphoidError) => void;
  /** The time that is left for the greeting, or for the end. */
  #timer: Timer | undefined;
  #bytesReceived = 0;

  constructor(role: "dial" | "accept", channel: ByteChannel, settings: ConnectionSettings, hooks: ConnectionHooks) {
    this.#role = role;
    this.#channel = channel;
    this.#settings = settings;
    this.#hooks = hooks;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#writer = new FrameWriter(channel, settings, settings.maxMessageBytes);
    const { clock, slowConsumerAfterMs, framing } = settings;
    if (slowConsumerAfterMs !== undefined) {
      this.#consumer = new ConsumerWatch(clock, slowConsumerAfterMs, this.#writer, (error) => this.fail(error));
    }
    this.#intake = new Intake(channel, settings, {
      onControl: (kind, payload) => this.#onControl(kind, payload),
      leastRoundTripMs: () => this.#heartbeat?.leastRoundTripMs ?? Number.POSITIVE_INFINITY,
      onCredit: (bytes) => this.#giveCredit(bytes),
      onBadBytes: (error) => this.fail(systemError("net.receive", error)),
      onEnd: () => this.#onEnd(),
      onEndSeen: () => this.#onEndSeen(),
      onPaused: (paused) => this.#heartbeat?.setDeaf(paused),
    });
    this.#encode = encoderOf(framing);
    if (framing === "graphoid") this.#handshake = new Handshake(settings);
    else if (framing === "none") this.#writer.maxMessageBytes = maxMessageLength;
    if (role === "accept") this.#startHandshakeTimer();
    channel.start({
      onOpen: () => this.#onOpen(),
      onBytes: (bytes, reused) => this.#onBytes(bytes, reused),
      onWritten: () => this.#writer.onWritten(),
      onEnd: () => this.#intake.end(),
      onClose: (error) => this.#onClose(error),
    });
  }

  get local(): Endpoint {
    return this.#channel.local;
  }

  get remote(): Endpoint {
    return this.#channel.remote;
  }

  get peer(): Peer {
    return this.#peer;
  }

  get state(): ConnectionState {
    return this.#feed.current.state;
  }

  /** Whether the connection could serve someone new: open both ways, with nothing of the last user left in it. */
  get pristine(): boolean {
    const { ended, inbox } = this.#intake;
    return this.state === "open" && !ended && inbox.length === 0 && !inbox.awaited;
  }

  get metrics(): ConnectionMetrics {
    return metricsOf(this.#writer, this.#intake, this.#bytesReceived, this.#heartbeat);
  }

  send(message: Uint8Array, options?: SendOptions): Promise<void> {
    // An argument error is a rejection like any other, but an `async` function would cost a promise for each message.
    const lane = laneOf(options);
    const error = typeof lane === "number" ? this.#queue(message, lane) : lane;
    return error === undefined ? this.#settled() : Promise.reject(error);
  }

  refusal(bytes: number): GraphoidError | undefined {
    return this.#writer.objection(bytes);
  }

  async sendAll(messages: Iterable<Uint8Array>, options?: SendOptions): Promise<void> {
    const lane = laneOf(options);
    if (typeof lane !== "number") throw lane;
    for (const message of messages) {
      const error = this.#queue(message, lane);
      if (error !== undefined) throw error;
      if (this.#writer.congested) await this.#settled();
    }
  }

  receive(options?: WaitOptions): Promise<Uint8Array> {
    return this.#intake.inbox.take(options);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#intake.inbox.iterate();
  }

  batches(): AsyncIterable<Uint8Array[]> {
    return { [Symbol.asyncIterator]: () => this.#intake.inbox.iterateAll() };
  }

  status(): AsyncIterable<ConnectionStatus> {
    return { [Symbol.asyncIterator]: () => this.#feed.follow() };
  }

  async close(options: CloseOptions = {}): Promise<void> {
    const text = options.reason ?? "";
    checkString("net.close", "reason", text);
    this.#end(new ClosedError("net: this side closed the connection", { details: { by: "us" } }), text);
    await this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Ends the connection for a reason of our own, and tells the peer if there is a way to. */
  fail(error: GraphoidError): void {
    if (this.#reason !== undefined) return;
    const isGreeted = this.#heartbeat !== undefined;
    this.#setClosed(error);
    this.#writer.stop(error);
    if (isGreeted) this.#leave(goodbyeFor(error), farewellMs);
    else this.#channel.abort();
  }

  /** Queues a message, or says why not. */
  #queue(message: Uint8Array, lane: number): GraphoidError | undefined {
    if (!(message instanceof Uint8Array)) return notBytes(message);
    return this.#encode ? this.#writer.queueEncoded(message, this.#encode) : this.#writer.queue(message, lane);
  }

  #settled(): Promise<void> {
    const settled = this.#writer.settled();
    this.#consumer?.check();
    return settled;
  }

  #onOpen(): void {
    if (this.#reason !== undefined) return;
    if (this.#handshake !== undefined) {
      this.#feed.set({ state: "handshaking" });
      this.#hooks.onReached?.();
      if (this.#role === "accept") return;
      this.#startHandshakeTimer();
      this.#writer.sendRaw(this.#handshake.ownHello());
      return;
    }
    const refusal = certificateRefusal(this.#channel) ?? this.#hooks.admit?.();
    if (refusal) this.fail(refusal);
    else this.#open(undefined);
  }

  #startHandshakeTimer(): void {
    const { clock, handshakeTimeoutMs } = this.#settings;
    this.#timer = clock.after(handshakeTimeoutMs, () => {
      this.fail(noHelloError(describeEndpoint(this.remote), handshakeTimeoutMs));
    });
  }

  #onBytes(bytes: Uint8Array, reused: boolean): void {
    this.#bytesReceived += bytes.length;
    this.#heartbeat?.heard();
    if (this.#handshake === undefined) {
      this.#intake.push(bytes, reused);
      return;
    }
    if (this.#reason !== undefined) return;
    try {
      const done = this.#handshake.push(bytes);
      if (!done) return;
      this.#greet(this.#handshake, done.hello);
      if (done.taken < bytes.length) this.#intake.push(bytes.subarray(done.taken), reused);
    } catch (error) {
      this.fail(systemError("net.receive", error));
    }
  }

  #greet(handshake: Handshake, hello: Hello): void {
    this.#handshake = undefined;
    const error =
      handshake.objection(hello, describeEndpoint(this.remote)) ??
      certificateRefusal(this.#channel) ??
      this.#hooks.admit?.();
    if (this.#role === "accept") this.#writer.sendRaw(handshake.ownHello(error));
    if (!error) return this.#open(hello);
    // The hello has said why.
    this.#setClosed(error);
    this.#leave(undefined, farewellMs);
  }

  #open(hello: Hello | undefined): void {
    this.#timer?.cancel();
    this.#peer = peerOf(hello, this.#channel.security);
    if (hello) {
      this.#writer.maxMessageBytes = hello.maxMessageBytes;
      this.#writer.setWindow(hello.windowBytes);
      this.#heartbeat = new Heartbeat(this.#settings.clock, this.#settings.heartbeat, hello.heartbeatMs, {
        ping: (payload) => this.#writer.sendControl({ kind: frameKind.ping, payload }),
        onSuspect: () => this.#feed.set({ state: "suspect" }),
        onAlive: () => this.#feed.set({ state: "open" }),
        onFail: (silentMs) => this.#onSilence(silentMs),
      });
      this.#heartbeat.start();
    }
    this.#feed.set({ state: "open" });
    this.#hooks.onOpened();
  }

  #giveCredit(bytes: number): void {
    if (this.#heartbeat === undefined) return;
    this.#writer.sendControl({ kind: frameKind.credit, payload: encodeNumber(bytes) });
  }

  #onControl(kind: number, payload: Uint8Array): void {
    if (kind === frameKind.credit) return this.#writer.addCredit(decodeNumber(payload));
    // What follows our own end is of no interest but for the credit to finish.
    if (this.#reason !== undefined) return;
    if (kind === frameKind.ping) {
      this.#heartbeat?.onPing();
      // With that much under way the peer hears us anyway; and a flood of pings must not fill our memory.
      if (this.#writer.queuedBytes > this.#settings.highWaterBytes) return;
      this.#writer.sendControl({ kind: frameKind.pong, payload });
    } else if (kind === frameKind.pong) {
      this.#heartbeat?.onPong(payload);
    } else {
      const reason = decodeGoodbye(payload, describeEndpoint(this.remote));
      this.#setClosed(reason);
      this.#writer.stop(reason);
      this.#leave(undefined, this.#settings.closeTimeoutMs);
    }
  }

  #onSilence(silentMs: number): void {
    this.#setClosed(silenceError(describeEndpoint(this.remote), silentMs));
    // If only one direction is dead, the reset tells the peer at once.
    this.#channel.abort();
  }

  #onEnd(): void {
    const peer = describeEndpoint(this.remote);
    if (this.#settings.framing === "graphoid") {
      this.#setClosed(lostError(peer, undefined));
      this.#channel.destroy();
      return;
    }
    // The peer may still listen: what it sent last can be answered until the reader asks for more.
    this.#intake.inbox.end(new ClosedError(`net: ${peer} sends no more`, { details: { by: "peer", peer } }));
  }

  /** The reader of a stream that ended has seen the end. */
  #onEndSeen(): void {
    const peer = describeEndpoint(this.remote);
    this.#end(new ClosedError(`net: ${peer} ended the connection`, { details: { by: "peer", peer } }), "");
  }

  #onClose(error: Error | undefined): void {
    if (this.#reason === undefined) {
      const peer = describeEndpoint(this.remote);
      const neverOpen = this.state === "connecting" && error !== undefined;
      this.#setClosed(neverOpen ? systemError(`net: no connection with ${peer}`, error) : lostError(peer, error));
    }
    this.#timer?.cancel();
    this.#writer.stop(this.#reason!);
    this.#resolveClosed(this.#reason!);
  }

  /** Ends the connection in order. */
  #end(reason: GraphoidError, text: string): void {
    if (this.#reason !== undefined) return;
    const { state } = this;
    this.#setClosed(reason);
    this.#intake.inbox.clear();
    if (state === "connecting" || state === "handshaking") this.#channel.destroy();
    else this.#leave({ code: goodbyeCode.closed, text }, this.#settings.closeTimeoutMs);
  }

  /** Everyone who waits learns in this very tick that it is over. What arrived before can still be received. */
  #setClosed(reason: GraphoidError): void {
    this.#reason = reason;
    this.#timer?.cancel();
    this.#consumer?.stop();
    this.#heartbeat?.stop();
    this.#intake.stop();
    this.#feed.set({ state: "closed", reason });
    this.#intake.inbox.end(reason);
    this.#hooks.onClosed(reason);
  }

  /** Lets what is queued leave, then the goodbye; then waits for the peer to end too, but no longer than `timeoutMs`. */
  #leave(goodbye: { readonly code: number; readonly text: string } | undefined, timeoutMs: number): void {
    this.#timer = this.#settings.clock.after(timeoutMs, () => this.#channel.destroy());
    const told = this.#settings.framing === "graphoid" ? goodbye : undefined;
    const last = told && encodeGoodbye(told.code, told.text);
    this.#writer.finish(this.#reason!, last, () => this.#channel.end());
  }
}
