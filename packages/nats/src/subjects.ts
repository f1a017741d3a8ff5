import { invalidArgument } from "@graphoid/core";

const PLAIN = /^[\w-]+$/;
/** Servers take lines of 4,096 bytes, in which up to three names stand. */
const MAX_TOKEN = 1_000;

/** Any text as one part of a subject, which takes neither dots nor spaces nor wildcards: as it is, or in base 64 behind `=`. */
export function token(text: string): string {
  return PLAIN.test(text) ? text : `=${Buffer.from(text, "utf8").toString("base64url")}`;
}

/** Whether a name is short enough to be part of a subject. */
export function fitsSubject(name: string): boolean {
  return token(name).length <= MAX_TOKEN;
}

/** What the subjects of a namespace are called. */
export class Subjects {
  readonly #namespace: string;
  /** Subjects that were put together lately, by location. */
  readonly #calls = new Map<string, string>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Calls to a location: one of those who serve it takes each. */
  call(location: string): string {
    let subject = this.#calls.get(location);
    if (subject === undefined) {
      if (location === "" || !fitsSubject(location)) {
        throw invalidArgument("natsRouter", "location", "a name of at most 1,000 bytes", location);
      }
      if (this.#calls.size >= 10_000) this.#calls.clear();
      subject = `${this.#namespace}.at.${token(location)}`;
      this.#calls.set(location, subject);
    }
    return subject;
  }

  /** What a caller has to say about a call before it knows who took it: all who serve the location hear it. */
  control(location: string): string {
    return `${this.#namespace}.of.${token(location)}`;
  }

  /** Asks whether anybody serves a location. */
  probe(location: string): string {
    return `${this.#namespace}.up.${token(location)}`;
  }

  /** One run of a host: answers to its calls. */
  inbox(identity: string, incarnation: string): string {
    return `${this.#namespace}.in.${token(identity)}.${token(incarnation)}`;
  }

  /** What is kept for a location until one of those who serve it has dealt with it. */
  kept(location: string): string {
    return `${this.#namespace}.kept.${token(location)}`;
  }

  /** All that is kept. */
  get allKept(): string {
    return `${this.#namespace}.kept.*`;
  }
}
