import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { areas } from "./areas.ts";
import { parseArguments, USAGE, UsageError } from "./arguments.ts";
import { currentEnvironment } from "./harness/environment.ts";
import { type Results, resultsMarkdown, withArea } from "./harness/results.ts";
import type { Row } from "./harness/row.ts";
import { runArea } from "./harness/runner.ts";
import { terminalTable } from "./harness/table.ts";

const RESULTS_JSON = new URL("../results.json", import.meta.url);
const RESULTS_MARKDOWN = new URL("../RESULTS.md", import.meta.url);

let lastLogged = 0;

/** One line that is rewritten on a terminal; in a log, a line every ten seconds at most. */
function progress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\u001b[K${text.slice(0, process.stderr.columns - 1)}`);
  } else if (text !== "" && performance.now() - lastLogged > 10_000) {
    lastLogged = performance.now();
    process.stderr.write(`${text}\n`);
  }
}

async function main(): Promise<void> {
  const options = parseArguments(
    process.argv.slice(2),
    areas.map((area) => area.name),
  );
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const partial = options.quick || options.filter !== undefined || options.cpuProfile !== undefined;
  const rows: Row[] = [];
  for (const area of areas.filter(({ name }) => options.areas.includes(name))) {
    const environment = currentEnvironment(options.rounds);
    const areaRows = await runArea(area, {
      quick: options.quick,
      rounds: options.rounds,
      progress,
      ...(options.filter === undefined ? {} : { filter: options.filter }),
      ...(options.cpuProfile === undefined ? {} : { profileDirectory: resolve(options.cpuProfile) }),
    });
    progress("");
    console.log(`${terminalTable(areaRows)}\n`);
    rows.push(...areaRows);
    if (!partial) record(area.name, { environment, rows: areaRows });
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  const missed = rows.filter((row) => row.met === false).length;
  console.log(
    `${rows.length} rows, ${rows.filter((row) => row.target !== null).length} with a target, ${missed} missed.`,
  );
}

function record(area: string, areaResults: Results["areas"][string]): void {
  const before: Results = existsSync(RESULTS_JSON) ? JSON.parse(readFileSync(RESULTS_JSON, "utf8")) : { areas: {} };
  const results = withArea(before, area, areaResults);
  writeFileSync(RESULTS_JSON, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(RESULTS_MARKDOWN, resultsMarkdown(results));
}

try {
  await main();
} catch (error) {
  progress("");
  console.error(error instanceof UsageError ? `bench: ${error.message}\n\n${USAGE}` : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
