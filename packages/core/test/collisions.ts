// Strings that an attacker who has read keyed-hash.ts would send.

const MULTIPLIER = 0x9e3779b1;

function step(state: number): number {
  const product = Math.imul(state, MULTIPLIER);
  return product ^ (product >>> 15);
}

function word(code: number): string {
  return String.fromCharCode(code & 0xff, (code >>> 8) & 0xff, (code >>> 16) & 0xff, code >>> 24);
}

/** `count` ASCII strings of 8 characters that all have one hash under a key that is known. */
export function collidingUnderKey(key: number, count: number): string[] {
  const texts = new Set<string>();
  const end = 0x41424344;
  for (let i = 0; texts.size < count; i++) {
    // Any first word that leaves an ASCII second word: about one in sixteen.
    const first = (Math.imul(i, 0x01020305) & 0x7f7f7f7f) ^ (i & 0x7f);
    const second = step(key ^ 8 ^ first) ^ end;
    if ((second & 0x80808080) === 0) texts.add(word(first) + word(second));
  }
  return [...texts];
}

/**
 * 2 ** `blocks` ASCII strings of 8 × `blocks` characters of which large groups have one hash, whatever the key.
 *
 * Flipping bit 29 of a word adds 2²⁹ to its product or takes it away, as the multiplier is 1 modulo 8. Without a carry
 * (for half of all keys) that flips just bits 29 and 14 of the state, which the next word can flip back. So each block
 * joins its two forms with probability 1/2, and 2ⁿ strings have about 1.5ⁿ hashes.
 */
export function collidingUnderAnyKey(blocks: number): string[] {
  const forms = (block: number): [string, string] => {
    const first = 0x41414141 + block * 0x010101;
    const second = 0x42424242;
    return [word(first) + word(second), word(first ^ 0x20000000) + word(second ^ 0x20004000)];
  };
  let texts = [""];
  for (let block = 0; block < blocks; block++) {
    const [one, other] = forms(block);
    texts = texts.flatMap((text) => [text + one, text + other]);
  }
  return texts;
}
