import { ProtocolError, VersionMismatchError } from "./errors.ts";

/** The protocol versions that this release speaks. */
export const supportedVersions: VersionRange = [1, 1];

/** The lowest and the highest version that an endpoint speaks. */
export type VersionRange = readonly [min: number, max: number];

// The first byte is no ASCII, so no text protocol is taken for ours; the same trick as in PNG.
const magic = [0x89, 0x47, 0x52, 0x46] as const;
const prefixBytes = 8;
const maxBodyBytes = 4096;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * What each side says first.
 *
 * | bytes | meaning |
 * |---|---|
 * | 4 | magic `89 47 52 46` |
 * | 1, 1 | lowest and highest protocol version |
 * | 2 | length of the rest, big-endian |
 * | 1 | 0, or why the connection is refused (the numbers of `goodbye`) |
 * | 4 | features, one bit each; unknown bits are ignored |
 * | 4 | longest message that this side takes |
 * | 4 | this side wants to hear something at least every so many milliseconds; 0: never mind |
 * | 4 | bytes that this side takes before it has given the first credit; 0: any number |
 * | 1 + n, 1 + n, 2 + n | identity, incarnation, text of the refusal: length, then UTF-8 |
 *
 * Bytes after that are ignored, so that later versions can say more. The prefix of 8 bytes never changes.
 */
export interface Hello {
  readonly versions: VersionRange;
  readonly refusal: number;
  readonly features: number;
  readonly maxMessageBytes: number;
  readonly heartbeatMs: number;
  /** Bytes that the peer may send before the first `credit`; 0: any number. */
  readonly windowBytes: number;
  readonly identity: string;
  readonly incarnation: string;
  readonly refusalText: string;
}

/** The bytes of a hello. Identity and incarnation take up to 255 bytes each. */
export function encodeHello(hello: Hello): Uint8Array {
  const identity = encoder.encode(hello.identity);
  const incarnation = encoder.encode(hello.incarnation);
  const text = encoder.encode(hello.refusalText);
  const bodyBytes = 17 + 1 + identity.length + 1 + incarnation.length + 2 + text.length;
  const bytes = new Uint8Array(prefixBytes + bodyBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  bytes.set(hello.versions, 4);
  view.setUint16(6, bodyBytes);
  view.setUint8(8, hello.refusal);
  view.setUint32(9, hello.features);
  view.setUint32(13, hello.maxMessageBytes);
  view.setUint32(17, hello.heartbeatMs);
  view.setUint32(21, hello.windowBytes);
  let at = 25;
  bytes[at++] = identity.length;
  bytes.set(identity, at);
  at += identity.length;
  bytes[at++] = incarnation.length;
  bytes.set(incarnation, at);
  at += incarnation.length;
  view.setUint16(at, text.length);
  bytes.set(text, at + 2);
  return bytes;
}

/** Gathers the peer's hello from the first bytes of a connection, and refuses anything else as early as it can. */
export class HelloReader {
  #bytes = new Uint8Array(prefixBytes);
  #length = 0;

  /**
   * Takes the next bytes. Returns the hello and how many of the bytes belonged to it, or `undefined` while it is not
   * whole. Throws `ProtocolError` on anything but a hello. A hello of versions that we do not speak comes with the
   * fields of its body left empty: they may mean something else there.
   */
  push(chunk: Uint8Array): { readonly hello: Hello; readonly taken: number } | undefined {
    let taken = this.#take(chunk, 0, prefixBytes);
    this.#checkMagic();
    if (this.#length < prefixBytes) return undefined;
    const view = new DataView(this.#bytes.buffer);
    const versions: VersionRange = [view.getUint8(4), view.getUint8(5)];
    const bodyBytes = view.getUint16(6);
    if (versions[0] > versions[1] || bodyBytes > maxBodyBytes) throw new ProtocolError("net: a malformed hello");
    if (this.#bytes.length === prefixBytes) {
      const whole = new Uint8Array(prefixBytes + bodyBytes);
      whole.set(this.#bytes);
      this.#bytes = whole;
    }
    taken += this.#take(chunk, taken, this.#bytes.length);
    if (this.#length < this.#bytes.length) return undefined;
    return { hello: decodeBody(versions, this.#bytes), taken };
  }

  #take(chunk: Uint8Array, from: number, until: number): number {
    const part = chunk.subarray(from, from + Math.max(0, until - this.#length));
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
    return part.length;
  }

  #checkMagic(): void {
    const seen = Math.min(this.#length, magic.length);
    for (let i = 0; i < seen; i++) {
      if (this.#bytes[i] !== magic[i]) throw notOurs(this.#bytes.subarray(0, this.#length));
    }
  }
}

/** The highest version that both ranges have. Throws `VersionMismatchError`, which names both. */
export function agreeOnVersion(ours: VersionRange, theirs: VersionRange): number {
  const version = Math.min(ours[1], theirs[1]);
  if (version >= ours[0] && version >= theirs[0]) return version;
  throw new VersionMismatchError(
    `net: we speak versions ${ours[0]} to ${ours[1]} of the protocol, the peer ${theirs[0]} to ${theirs[1]}`,
    { details: { ours, theirs } },
  );
}

function decodeBody(versions: VersionRange, bytes: Uint8Array): Hello {
  const understood = versions[0] <= supportedVersions[1] && versions[1] >= supportedVersions[0];
  const empty = { features: 0, maxMessageBytes: 0, heartbeatMs: 0, windowBytes: 0, identity: "", incarnation: "" };
  if (!understood) return { versions, refusal: 0, refusalText: "", ...empty };
  try {
    const view = new DataView(bytes.buffer);
    let at = 25;
    const text = (lengthBytes: 1 | 2): string => {
      const length = lengthBytes === 1 ? view.getUint8(at) : view.getUint16(at);
      const start = at + lengthBytes;
      at = start + length;
      if (at > bytes.length) throw new RangeError("the text is cut off");
      return decoder.decode(bytes.subarray(start, at));
    };
    return {
      versions,
      refusal: view.getUint8(8),
      features: view.getUint32(9),
      maxMessageBytes: view.getUint32(13),
      heartbeatMs: view.getUint32(17),
      windowBytes: view.getUint32(21),
      identity: text(1),
      incarnation: text(1),
      refusalText: text(2),
    };
  } catch (error) {
    throw new ProtocolError("net: a malformed hello", { cause: error });
  }
}

function notOurs(bytes: Uint8Array): ProtocolError {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const printable = String.fromCharCode(...bytes).replace(/[^\x20-\x7e]/g, ".");
  // A TLS handshake record begins with 16 03.
  const hint = bytes[0] === 0x16 && (bytes[1] ?? 3) === 3 ? "; it speaks TLS, which needs the `tls` option here" : "";
  return new ProtocolError(`net: the peer does not speak this protocol: it began with ${hex} (${printable})${hint}`);
}
