import { describe, expect, it } from "vitest";
import { parseArguments, UsageError } from "./arguments.ts";

const KNOWN = ["core", "net"];

describe("parseArguments", () => {
  it("runs every area by default", () => {
    expect(parseArguments([], KNOWN)).toEqual({
      areas: KNOWN,
      quick: false,
      rounds: 5,
      filter: undefined,
      json: undefined,
      cpuProfile: undefined,
      help: false,
    });
  });

  it("takes areas and options, after a -- too", () => {
    const expected = { areas: ["net"], json: "a.json", rounds: 7, quick: true, filter: "build" };
    const argv = ["net", "--json", "a.json", "--rounds", "7", "--quick", "--filter", "build", "net"];
    expect(parseArguments(argv, KNOWN)).toMatchObject(expected);
    expect(parseArguments(["--", ...argv], KNOWN)).toMatchObject(expected);
  });

  it.each([
    [["nets"], 'unknown area "nets"; known: core, net'],
    [["--rounds", "4"], "expected --rounds to be an integer >= 5"],
    [["--rounds", "many"], "expected --rounds to be an integer >= 5"],
    [["--jsn", "x"], "--jsn"],
    [["--json"], "--json"],
  ])("refuses %j", (argv, message) => {
    expect(() => parseArguments(argv, KNOWN)).toThrow(UsageError);
    expect(() => parseArguments(argv, KNOWN)).toThrow(message);
  });
});
