import type { Environment } from "./environment.ts";
import type { Row } from "./row.ts";
import { markdownTable } from "./table.ts";

/** The contents of `results.json`: the last full run of every area. */
export interface Results {
  readonly areas: { readonly [area: string]: AreaResults };
}

export interface AreaResults {
  readonly environment: Environment;
  readonly rows: readonly Row[];
}

/** Replaces one area and keeps the others; areas are in alphabetical order. */
export function withArea(results: Results, area: string, areaResults: AreaResults): Results {
  const entries = Object.entries({ ...results.areas, [area]: areaResults });
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { areas: Object.fromEntries(entries) };
}

const INTRODUCTION = `# Benchmark results

Written by \`pnpm bench\`; see [README.md](README.md) for how to run and extend it.

**Reading the tables.** \`ratio\` above 1 always means that ours is better, whether less or more of the unit is better; it
compares medians of wall time (or of the unit named). The CPU columns are in the same unit and count user and system time
of the whole process, all threads. The range is the smallest and the largest sample.

**Method.** Each side runs in a Node process of its own, started with the same flags (\`--expose-gc\` and the same heap
limit), after a warm-up on a smaller input. All sides take turns within each round, the order rotates from round to round,
and garbage is collected before each sample. Making input and checking the result are outside the measured time. Every
result is checked; a wrong one fails the run. Memory is JavaScript heap plus external memory (which includes array
buffers) after full garbage collections, less what was in use before.`;

/** `RESULTS.md`. */
export function resultsMarkdown(results: Results): string {
  const sections = Object.entries(results.areas).map(([area, { environment, rows }]) => {
    const { processor, cores, memoryGigabytes, platform, node, v8, date, load, rounds } = environment;
    const machine = `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${platform}`;
    const when = `${date}, Node ${node} (V8 ${v8}), ${rounds} rounds, load average before the run ${load}`;
    return `## ${area}\n\n${when}. ${machine}.\n\n${markdownTable(rows)}\n`;
  });
  return `${INTRODUCTION}\n\n${sections.join("\n")}`;
}
