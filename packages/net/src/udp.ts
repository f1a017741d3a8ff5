import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import {
  ClosedError,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOptions,
  checkString,
  type GraphoidError,
  InvalidArgumentError,
  invalidArgument,
  systemClock,
} from "@graphoid/core";
import { describeEndpoint, type HostEndpoint, isLocalEndpoint, toEndpoint } from "./endpoint.ts";
import { DatagramTooLargeError } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import { integer } from "./options.ts";
import { errorCode, systemError } from "./system-errors.ts";
import type { WaitOptions } from "./wait.ts";

/** The longest datagram that UDP can carry over IPv4: 65,535 bytes less the headers of IP and UDP. */
export const maxDatagramBytes: number = 65_507;

/** A datagram and where it came from, which a sender can forge. */
export type Datagram = readonly [data: Uint8Array, from: HostEndpoint];

/** Options of {@link udpSocket}. */
export interface UdpOptions {
  /** The address to be reached at. From loopback, only this machine can be reached either. Default: `"127.0.0.1"`. */
  readonly host?: string;
  /** Allows an address that other machines can reach: UDP is not encrypted. Default: false. */
  readonly allowPlaintext?: boolean;
  /** Datagrams from elsewhere are dropped and counted. Default: all are taken. */
  readonly accept?: (from: HostEndpoint) => boolean;
  /** While this many bytes wait to be received, further datagrams are dropped and counted. Default: 1 MiB. */
  readonly receiveBufferBytes?: number;
}

/** Counters of a {@link UdpSocket}. */
export interface UdpMetrics {
  readonly sent: number;
  readonly received: number;
  /** Datagrams dropped because too many waited. */
  readonly dropped: number;
  /** Datagrams dropped because `accept` did not want their source. */
  readonly unexpected: number;
}

/**
 * A UDP socket. Datagrams may be lost, repeated or swapped on the way, and a source can be forged: what must not be,
 * the protocol above has to see to.
 */
export interface UdpSocket extends AsyncDisposable, AsyncIterable<Datagram> {
  readonly address: HostEndpoint;
  readonly port: number;
  readonly metrics: UdpMetrics;
  /**
   * Sends one datagram. Resolves once the system has taken it, which says nothing about arrival.
   *
   * @throws DatagramTooLargeError over 65,507 bytes, or over what the system takes.
   * @throws HostNotFoundError, UnreachableError, ResourceExhaustedError, NetworkError, ClosedError.
   */
  sendTo(data: Uint8Array, host: string, port: number): Promise<void>;
  /** The next datagram, whose bytes are yours; waits for it. Rejects with `ClosedError` once the socket is closed. */
  receiveFrom(options?: WaitOptions): Promise<Datagram>;
  /** Closes the socket. Whoever waits for a datagram gets `ClosedError`. */
  close(): Promise<void>;
}

/**
 * Opens a UDP socket. Port 0 asks the system for a free one.
 *
 * @throws AddressInUseError, AddressUnavailableError, HostNotFoundError: the address cannot be had.
 * @throws InvalidArgumentError off loopback without `allowPlaintext`.
 *
 * @example
 * ```ts
 * import { udpSocket } from "@graphoid/net";
 *
 * await using udp = await udpSocket(0);
 * await udp.sendTo(new Uint8Array([1, 2, 3]), "127.0.0.1", udp.port);
 * const [data, from] = await udp.receiveFrom();
 * console.log(data.length, from.port === udp.port); // 3 true
 * ```
 */
export async function udpSocket(port: number, options: UdpOptions = {}): Promise<UdpSocket> {
  const call = "net.udpSocket";
  checkInteger(call, "port", port, 0, 65_535);
  checkOptions(call, options, ["host", "allowPlaintext", "accept", "receiveBufferBytes"]);
  const { host = "127.0.0.1", allowPlaintext = false, accept } = options;
  checkString(call, "host", host);
  checkBoolean(call, "allowPlaintext", allowPlaintext);
  if (accept !== undefined) checkFunction(call, "accept", accept);
  const receiveBufferBytes = integer(call, "receiveBufferBytes", options.receiveBufferBytes, 1024 * 1024, 1);
  const endpoint = toEndpoint(call, host, port, 0) as HostEndpoint;
  if (!allowPlaintext && !isLocalEndpoint(endpoint)) {
    throw new InvalidArgumentError(
      `${call}: ${describeEndpoint(endpoint)} can be reached from other machines and UDP is not encrypted: pass \`allowPlaintext: true\` if the network is trusted`,
      { details: { call, argument: "allowPlaintext" } },
    );
  }
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close();
      reject(systemError(`${call}: cannot open ${describeEndpoint(endpoint)}`, error));
    };
    socket.once("error", onError);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off("error", onError);
      resolve();
    });
  });
  return new DatagramSocket(socket, accept, receiveBufferBytes);
}

class DatagramSocket implements UdpSocket {
  readonly address: HostEndpoint;
  readonly #socket: Socket;
  readonly #accept: ((from: HostEndpoint) => boolean) | undefined;
  readonly #inbox: Inbox<Datagram>;
  #closed: Promise<void> | undefined;
  #sent = 0;
  #received = 0;
  #dropped = 0;
  #unexpected = 0;

  constructor(socket: Socket, accept: ((from: HostEndpoint) => boolean) | undefined, receiveBufferBytes: number) {
    const { address, port } = socket.address();
    this.address = { host: address, port };
    this.#socket = socket;
    this.#accept = accept;
    // Nothing has to be done about room: what comes without it is dropped, as on any network.
    const events = { onRoom: () => {}, onEndSeen: () => {} };
    this.#inbox = new Inbox(
      "net.receiveFrom",
      systemClock,
      { highWaterBytes: receiveBufferBytes, lowMark: 0 },
      lengthOf,
      events,
    );
    socket.on("message", (data, info) => this.#onDatagram(data, info));
    // Errors of one datagram are reported by its `sendTo`; others are the network's answers to datagrams long gone.
    socket.on("error", () => {});
  }

  get port(): number {
    return this.address.port;
  }

  get metrics(): UdpMetrics {
    return { sent: this.#sent, received: this.#received, dropped: this.#dropped, unexpected: this.#unexpected };
  }

  sendTo(data: Uint8Array, host: string, port: number): Promise<void> {
    // Not `async`, which would make further promises for each datagram.
    return new Promise((resolve, reject) => {
      this.#checkSend(data, host, port);
      this.#socket.send(data, port, host, (error) => {
        if (error) {
          reject(this.#sendError(error, data.length, { host, port }));
          return;
        }
        this.#sent++;
        resolve();
      });
    });
  }

  receiveFrom(options?: WaitOptions): Promise<Datagram> {
    return this.#inbox.take(options);
  }

  [Symbol.asyncIterator](): AsyncIterator<Datagram, undefined> {
    return this.#inbox.iterate();
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#inbox.clear();
      this.#inbox.end(closedError());
      this.#socket.close(() => resolve());
    });
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #checkSend(data: Uint8Array, host: string, port: number): void {
    const call = "net.sendTo";
    if (!(data instanceof Uint8Array)) throw invalidArgument(call, "data", "a Uint8Array", data);
    toEndpoint(call, host, port, 1);
    if (this.#closed) throw closedError();
    if (data.length > maxDatagramBytes) throw tooLarge(data.length, undefined);
  }

  #onDatagram(data: Uint8Array, info: RemoteInfo): void {
    const from = { host: info.address, port: info.port };
    if (this.#accept !== undefined && !this.#accept(from)) {
      this.#unexpected++;
    } else if (this.#inbox.full) {
      this.#dropped++;
    } else {
      this.#received++;
      this.#inbox.put([new Uint8Array(data.buffer, data.byteOffset, data.byteLength), from]);
    }
  }

  #sendError(error: unknown, bytes: number, target: HostEndpoint): GraphoidError {
    const code = errorCode(error);
    if (code === "EMSGSIZE") return tooLarge(bytes, error);
    if (code === "ERR_SOCKET_DGRAM_NOT_RUNNING") return closedError();
    const from = isLocalEndpoint(this.address) && !isLocalEndpoint(target) ? " from a socket on loopback" : "";
    return systemError(`net.sendTo: cannot send to ${describeEndpoint(target)}${from}`, error);
  }
}

function lengthOf([data]: Datagram): number {
  return data.length;
}

function closedError(): ClosedError {
  return new ClosedError("net: the UDP socket is closed", { details: { by: "us" } });
}

function tooLarge(bytes: number, cause: unknown): DatagramTooLargeError {
  return new DatagramTooLargeError(`net.sendTo: a datagram of ${bytes} bytes is too large`, {
    ...(cause === undefined ? {} : { cause }),
    details: { bytes, limit: maxDatagramBytes },
  });
}
