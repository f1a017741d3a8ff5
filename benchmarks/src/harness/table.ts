import type { Row } from "./row.ts";

/** Three significant digits, with thousands separated: enough to compare, without false precision. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  if (size === 0) return "0";
  const decimals = Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(size))));
  return value.toFixed(decimals);
}

function formatRatio(ratio: number | null): string {
  return ratio === null ? "–" : `${formatNumber(ratio)}×`;
}

function formatTarget(row: Row): string {
  if (row.target === null) return "";
  return `≥ ${formatNumber(row.target)}× ${row.met ? "met" : "**missed**"}`;
}

function formatRange(unit: string, range: readonly [number, number] | null): string {
  return range === null ? "" : `${formatNumber(range[0])}–${formatNumber(range[1])} ${unit}`;
}

export const TABLE_HEADINGS: readonly string[] = [
  "benchmark",
  "ours",
  "peer",
  "peer's",
  "ratio",
  "target",
  "CPU ours / peer's",
  "CPU ratio",
  "range ours / peer's",
];

/** The cells of a row, in the order of `TABLE_HEADINGS`. */
function tableCells(row: Row): readonly string[] {
  const { unit } = row;
  return [
    row.name,
    `${formatNumber(row.ours)} ${unit}`,
    `${row.peer} (${row.peerVersion})`,
    row.peerValue === null ? (row.note ?? "–") : `${formatNumber(row.peerValue)} ${unit}`,
    formatRatio(row.ratio),
    formatTarget(row),
    row.oursCpu === null
      ? ""
      : `${formatNumber(row.oursCpu)} / ${row.peerCpu === null ? "–" : formatNumber(row.peerCpu)}`,
    row.oursCpu === null ? "" : formatRatio(row.cpuRatio),
    `${formatRange(unit, row.oursRange)} / ${formatRange(unit, row.peerRange) || "–"}`,
  ];
}

/** A Markdown table. A name or a value that repeats the row above is left blank, so that peers group by benchmark. */
export function markdownTable(rows: readonly Row[]): string {
  const escapeCell = (cell: string): string => cell.replaceAll("|", "\\|").replaceAll("\n", " ");
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  const lines = [
    line(TABLE_HEADINGS),
    `|${TABLE_HEADINGS.map((_, i) => (i === 1 || i === 4 ? "--:" : "---")).join("|")}|`,
  ];
  let previous: string | undefined;
  for (const row of rows) {
    const [name = "", ours = "", ...rest] = tableCells(row);
    lines.push(line(name === previous ? ["", "", ...rest] : [name, ours, ...rest]));
    previous = name;
  }
  return lines.join("\n");
}

/** A table for a terminal: the main columns, aligned. */
export function terminalTable(rows: readonly Row[]): string {
  const body = rows.map((row) =>
    tableCells(row)
      .slice(0, 8)
      .map((cell) => cell.replaceAll("**", "")),
  );
  const table = [TABLE_HEADINGS.slice(0, 8), ...body];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  return table
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
