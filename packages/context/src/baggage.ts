import { checkString, describe, InvalidArgumentError, invalidArgument } from "@graphoid/core";
import { trimOptionalSpace } from "./optional-space.ts";

/** What travels with an operation besides deadline and trace: names with text, the same all along the way. */
export interface Metadata {
  readonly [name: string]: string;
}

/** Metadata, and its form on the wire: a W3C `baggage` value, empty when there is none. */
export interface Baggage {
  readonly metadata: Metadata;
  readonly header: string;
}

/** The most that is ever sent or kept; the W3C text asks every platform for at least this much. */
const MAX_BAGGAGE_ENTRIES = 64;
/** In bytes of the `baggage` value. */
const MAX_BAGGAGE_BYTES = 8192;
/** The W3C grammar allows no more members; what follows is not looked at. */
const MAX_MEMBERS_READ = 180;

/** By character code: bit 0 for those of an RFC 7230 token, bit 1 for those of a baggage value. */
const CLASSES: Uint8Array = new Uint8Array(128);
const TOKEN = 1;
const OCTET = 2;
for (let code = 0x21; code < 0x7f; code++) {
  const character = String.fromCharCode(code);
  if (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character)) CLASSES[code]! |= TOKEN;
  if (!'",;\\'.includes(character)) CLASSES[code]! |= OCTET;
}

function consistsOf(text: string, characterClass: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128 || (CLASSES[code]! & characterClass) === 0) return false;
  }
  return true;
}

function isToken(text: string): boolean {
  return text !== "" && consistsOf(text, TOKEN);
}

export const NO_BAGGAGE: Baggage = Object.freeze({ metadata: Object.freeze({}), header: "" });

/**
 * Turns metadata into baggage.
 *
 * @throws InvalidArgumentError for a name that is not an RFC 7230 token, a value that is not well-formed text, more
 * than 64 entries, or more than 8192 bytes encoded.
 */
export function encodeBaggage(call: string, metadata: unknown): Baggage {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw invalidArgument(call, "metadata", "an object of strings", metadata);
  }
  const entries = Object.entries(metadata) as [string, unknown][];
  if (entries.length === 0) return NO_BAGGAGE;
  if (entries.length > MAX_BAGGAGE_ENTRIES) {
    throw tooMuch(call, `at most ${MAX_BAGGAGE_ENTRIES} entries, got ${entries.length}`);
  }
  let header = "";
  for (const [name, value] of entries) {
    if (!isToken(name)) {
      throw invalidArgument(call, "metadata", "named by RFC 7230 tokens (letters, digits, !#$%&'*+-.^_`|~)", name);
    }
    if (typeof value !== "string") checkString(call, `metadata[${describe(name)}]`, value);
    header += `${header === "" ? "" : ","}${name}=${percentEncode(call, name, value as string)}`;
  }
  if (header.length > MAX_BAGGAGE_BYTES) {
    throw tooMuch(call, `at most ${MAX_BAGGAGE_BYTES} bytes as baggage, got ${header.length}`);
  }
  return { metadata: frozen(entries as [string, string][]), header };
}

function tooMuch(call: string, expected: string): InvalidArgumentError {
  return new InvalidArgumentError(`${call}: expected \`metadata\` to be ${expected}`, {
    details: { call, argument: "metadata" },
  });
}

function percentEncode(call: string, name: string, value: string): string {
  if (consistsOf(value, OCTET) && !value.includes("%")) return value;
  try {
    return encodeURIComponent(value);
  } catch {
    throw invalidArgument(call, `metadata[${describe(name)}]`, "text without lone surrogates", value);
  }
}

/**
 * Reads a `baggage` value by the W3C Baggage grammar, when it is first asked for. Malformed members are left out, and
 * so are whole members beyond 64 or that do not fit into 8192 bytes; the rest travels on as it came. Of a repeated
 * name, the last value counts.
 */
export function decodeBaggage(header: unknown): Baggage {
  return typeof header !== "string" || header === "" ? NO_BAGGAGE : new ReceivedBaggage(header);
}

class ReceivedBaggage implements Baggage {
  #raw: string;
  #decoded: Baggage | undefined;

  constructor(raw: string) {
    this.#raw = raw;
  }

  get metadata(): Metadata {
    return this.#decode().metadata;
  }

  get header(): string {
    return this.#decode().header;
  }

  #decode(): Baggage {
    if (!this.#decoded) {
      this.#decoded = parseBaggage(this.#raw);
      this.#raw = "";
    }
    return this.#decoded;
  }
}

function parseBaggage(header: string): Baggage {
  const entries: [string, string][] = [];
  let kept = "";
  for (let from = 0, read = 0; from <= header.length && read < MAX_MEMBERS_READ; read++) {
    const comma = header.indexOf(",", from);
    const end = comma < 0 ? header.length : comma;
    // A member too long to be kept is not parsed either.
    if (end - from <= MAX_BAGGAGE_BYTES) {
      const member = trimOptionalSpace(header.slice(from, end));
      const entry = member === "" ? undefined : parseMember(member);
      const length = kept.length + (kept === "" ? 0 : 1) + member.length;
      if (entry && length <= MAX_BAGGAGE_BYTES && entries.length < MAX_BAGGAGE_ENTRIES) {
        entries.push(entry);
        kept += kept === "" ? member : `,${member}`;
      }
    }
    from = end + 1;
  }
  return entries.length === 0 ? NO_BAGGAGE : { metadata: frozen(entries), header: kept };
}

/** `key = value ; property ; key = value`, where the properties are checked and otherwise left alone. */
function parseMember(member: string): [string, string] | undefined {
  const [first = "", ...properties] = member.split(";");
  const equals = first.indexOf("=");
  if (equals < 0) return undefined;
  const key = trimOptionalSpace(first.slice(0, equals));
  const value = trimOptionalSpace(first.slice(equals + 1));
  if (!isToken(key) || !consistsOf(value, OCTET)) return undefined;
  for (const property of properties) {
    const at = property.indexOf("=");
    const name = trimOptionalSpace(at < 0 ? property : property.slice(0, at));
    if (!isToken(name)) return undefined;
    if (at >= 0 && !consistsOf(trimOptionalSpace(property.slice(at + 1)), OCTET)) return undefined;
  }
  return [key, percentDecode(value)];
}

/** Decodes percent-encoded UTF-8; octets that are not UTF-8 become U+FFFD, as the W3C text demands. */
function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = Uint8Array.from(run.slice(1).split("%"), (hex) => Number.parseInt(hex, 16));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  });
}

/** Own, plain properties, whatever the names: `__proto__` is a name like any other. */
function frozen(entries: readonly (readonly [string, string])[]): Metadata {
  return Object.freeze(Object.fromEntries(entries));
}
