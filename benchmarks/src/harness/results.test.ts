import { describe, expect, it } from "vitest";
import type { Environment } from "./environment.ts";
import { type AreaResults, resultsMarkdown, withArea } from "./results.ts";

const environment: Environment = {
  date: "2025-01-02",
  node: "20.0.0",
  v8: "11.3",
  platform: "linux x64 6.1",
  processor: "Some CPU",
  cores: 2,
  memoryGigabytes: 8,
  load: 0.5,
  rounds: 5,
};
const empty: AreaResults = { environment, rows: [] };

describe("withArea", () => {
  it("replaces one area, keeps the others and sorts them", () => {
    const other: AreaResults = { environment: { ...environment, date: "2024-12-31" }, rows: [] };
    const results = withArea({ areas: { net: other, core: other } }, "core", empty);
    expect(Object.keys(results.areas)).toEqual(["core", "net"]);
    expect(results.areas["core"]).toBe(empty);
    expect(results.areas["net"]).toBe(other);
    expect(Object.keys(withArea(results, "hooks", empty).areas)).toEqual(["core", "hooks", "net"]);
  });
});

describe("resultsMarkdown", () => {
  it("says for every area when, where and with what it was measured", () => {
    const text = resultsMarkdown({ areas: { core: empty } });
    expect(text).toContain("## core");
    expect(text).toContain(
      "2025-01-02, Node 20.0.0 (V8 11.3), 5 rounds, load average before the run 0.5. Some CPU, 2 cores, 8 GB",
    );
  });
});
