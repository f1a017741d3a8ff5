/** Rows in groups: those of group `g` are `rows[offsets[g] … offsets[g + 1])`, in ascending order. */
export interface GroupedRows {
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

/**
 * Groups rows by `groupOf[row]`, an index below `groups`; a negative one leaves the row out. A counting sort: it counts,
 * then places, in time linear in rows and groups.
 */
export function groupRows(groupOf: Int32Array, groups: number): GroupedRows {
  const offsets = new Uint32Array(groups + 1);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    if (group >= 0) offsets[group + 1]!++;
  }
  for (let group = 0; group < groups; group++) offsets[group + 1]! += offsets[group] as number;
  const rows = new Uint32Array(offsets[groups] as number);
  const next = offsets.slice(0, groups);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    if (group >= 0) rows[next[group]!++] = row;
  }
  return { offsets, rows };
}
