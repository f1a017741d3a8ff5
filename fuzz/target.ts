import type { Random } from "./random.ts";

/** Something that must not happen. `kind` groups findings: only one of each is minimised and reported. */
export class Finding extends Error {
  readonly kind: string;

  constructor(kind: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Something to try with many inputs, each of which is bytes. */
export interface Case<T = unknown> {
  readonly name: string;
  /** How often it is tried, beside the others. */
  readonly weight: number;
  /** An input made from nothing but chance. */
  fresh(random: Random): Uint8Array;
  /** What is read: the input itself, or what it describes. Not measured. */
  prepare(input: Uint8Array): T;
  /** How many bytes `read` is given, which bounds what it may cost. Without it, nothing but a hang is a fault. */
  readonly size?: (prepared: T) => number;
  /** What is tested. Its time and memory are measured; what it throws must be expected, or a {@link Finding}. */
  read(prepared: T): unknown;
  /** Whether it is right to throw this. */
  isExpected(error: unknown): boolean;
  /** Throws when what was read is wrong. */
  check?(outcome: unknown, prepared: T): void | Promise<void>;
  /** The input for people. */
  explain(input: Uint8Array): string;
}

/** What a package's `fuzz/target.ts` exports as `target`. */
export interface Target {
  readonly cases: readonly Case[];
  /** What must not be changed by any input; called after every one. */
  readonly invariant?: () => void;
}

/** What one case may cost: nanoseconds and bytes of memory for each byte of input, and beyond that in any case. */
export const LIMITS = {
  nanosecondsPerByte: 200,
  milliseconds: 250,
  memoryPerByte: 64,
  memory: 2 ** 20,
} as const;
