/** Random integers below a bound, the same for the same seed (xorshift32, Marsaglia 2003). */
export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  // Neighbouring seeds must not begin alike, and the state must not be 0.
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13)) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}
