/** How many keys are kept, a power of two. */
const SIZE = 1024;
/** Longer keys are read each time. */
const MAX_LENGTH = 32;

/**
 * Keys that were read before, by their bytes: a key comes again far more often than not, and the same string object makes
 * looking it up cheap. Each place holds the last key of its hash, so what comes from anyone takes no more than its room.
 */
export class KeyCache {
  readonly #keys: (string | undefined)[] = new Array<string | undefined>(SIZE).fill(undefined);

  /** The ASCII key whose bytes are `bytes[from … to)`, or `undefined` when it is not known here. */
  find(bytes: Uint8Array, from: number, to: number): string | undefined {
    const length = to - from;
    if (length > MAX_LENGTH) return undefined;
    const key = this.#keys[placeOf(bytes, from, to)];
    if (key === undefined || key.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (key.charCodeAt(i) !== bytes[from + i]) return undefined;
    return key;
  }

  /** Keeps a key that was read from these bytes. */
  keep(key: string, bytes: Uint8Array, from: number, to: number): void {
    if (to - from > MAX_LENGTH || key.length !== to - from) return;
    this.#keys[placeOf(bytes, from, to)] = key;
  }
}

function placeOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 0) return 0;
  const middle = bytes[from + (length >> 1)] as number;
  const h = ((bytes[from] as number) * 31 + middle) * 31 + (bytes[to - 1] as number) * 7 + length * 131;
  return (h ^ (h >> 10)) & (SIZE - 1);
}
