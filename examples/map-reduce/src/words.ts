import type { Job } from "./job.ts";

/** Counts words, whatever their case. */
export const words: Job<number> = {
  *map(line) {
    for (const [word] of line.toLowerCase().matchAll(/\p{L}+(?:'\p{L}+)*/gu)) yield [word, 1];
  },
  reduce: (_, counts) => counts.reduce((sum, count) => sum + count, 0),
};
