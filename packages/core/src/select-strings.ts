/** The strings at `rows`, in that order, of those that stand in `source` between `from`: their bytes and offsets. */
export function selectStrings(
  source: Uint8Array,
  from: Uint32Array,
  rows: Uint32Array,
): { bytes: Uint8Array; offsets: Uint32Array } {
  const offsets = new Uint32Array(rows.length + 1);
  let size = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    size += (from[row + 1] as number) - (from[row] as number);
    offsets[i + 1] = size;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const end = from[row + 1] as number;
    for (let j = from[row] as number; j < end; j++) bytes[at++] = source[j] as number;
  }
  return { bytes, offsets };
}
