const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Random bytes are drawn in bulk: one call for 8 bytes costs as much as one for 4 KiB. */
const pool: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
let used = pool.length;

/** `bytes` random bytes as lower-case hexadecimal, never all zero (which the W3C format forbids). */
export function randomId(bytes: 8 | 16): string {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let id = "";
  let any = 0;
  for (const end = used + bytes; used < end; used++) {
    const byte = pool[used] as number;
    any |= byte;
    id += HEX[byte];
  }
  return any === 0 ? randomId(bytes) : id;
}
