import { describe, expect, it } from "vitest";
import type { Row } from "./row.ts";
import { formatNumber, markdownTable, TABLE_HEADINGS, terminalTable } from "./table.ts";

function row(extra: Partial<Row> = {}): Row {
  return {
    area: "core",
    name: "build",
    unit: "ms",
    ours: 1234.5,
    peer: "other",
    peerVersion: "2.0.0",
    peerValue: 12345,
    ratio: 10,
    target: 5,
    met: true,
    oursCpu: 1300,
    peerCpu: 14000,
    cpuRatio: 10.77,
    rounds: 5,
    oursRange: [1200, 1300],
    peerRange: [12000, 13000],
    ...extra,
  };
}

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [0.01234, "0.0123"],
    [0.5, "0.500"],
    [1.234, "1.23"],
    [12.34, "12.3"],
    [123.4, "123"],
    [1234567.8, "1,234,568"],
  ])("%d as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe("markdownTable", () => {
  it("has a cell for every heading in every line", () => {
    const lines = markdownTable([row(), row({ peer: "another" })]).split("\n");
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line.split("|")).toHaveLength(TABLE_HEADINGS.length + 2);
  });

  it("states the values, the ratio and the target", () => {
    const text = markdownTable([row()]);
    expect(text).toContain("| build | 1,235 ms | other (2.0.0) | 12,345 ms | 10.0× | ≥ 5.00× met |");
    expect(markdownTable([row({ met: false })])).toContain("**missed**");
  });

  it("states units of several words", () => {
    const text = markdownTable([row({ unit: "edges per cut edge", ours: 8.06, peerValue: 7.38, oursCpu: null })]);
    expect(text).toContain("| 8.06 edges per cut edge | other (2.0.0) | 7.38 edges per cut edge |");
  });

  it("names a benchmark once for all of its peers", () => {
    const lines = markdownTable([row(), row({ peer: "another" }), row({ name: "lookup" })]).split("\n");
    expect(lines[3]).toMatch(/^\| {2}\| {2}\| another/);
    expect(lines[4]).toMatch(/^\| lookup/);
  });

  it("says why a peer has no value", () => {
    const text = markdownTable([
      row({ peerValue: null, ratio: null, peerCpu: null, cpuRatio: null, peerRange: null, note: "out of memory" }),
    ]);
    expect(text).toContain("| out of memory | – |");
  });

  it("keeps a bar in a name from making a cell", () => {
    expect(markdownTable([row({ name: "a|b" })])).toContain("| a\\|b |");
  });
});

describe("terminalTable", () => {
  it("aligns the columns", () => {
    const lines = terminalTable([row(), row({ name: "a longer name" })]).split("\n");
    expect(new Set(lines.map((line) => line.search(/(ours|1,235)/)))).toEqual(new Set([15]));
  });
});
