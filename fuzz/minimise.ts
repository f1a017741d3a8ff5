/**
 * A smaller input that still fails: parts are left out, larger ones first, and bytes made 0, as long as `fails` says so
 * (after Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 */
export async function minimised(
  input: Uint8Array,
  fails: (input: Uint8Array) => boolean | Promise<boolean>,
  { attempts = 4000, milliseconds = 15_000 }: { attempts?: number; milliseconds?: number } = {},
): Promise<Uint8Array> {
  const deadline = Date.now() + milliseconds;
  let best = input;
  let left = attempts;
  const attempt = async (candidate: Uint8Array): Promise<boolean> => {
    if (left-- <= 0 || Date.now() > deadline || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let before = -1; before !== best.length && left > 0; ) {
    before = best.length;
    for (let size = best.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < best.length; ) {
        if (!(await attempt(without(best, at, size)))) at += size;
        if (left <= 0) return best;
      }
    }
  }
  for (let at = 0; at < best.length && left > 0; at++) {
    if (best[at] !== 0) await attempt(best.map((byte, i) => (i === at ? 0 : byte)));
  }
  return best;
}

function without(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const rest = bytes.subarray(at + size);
  const result = new Uint8Array(at + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(rest, at);
  return result;
}
