import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { helpText, parseArguments } from "./arguments.ts";

test("defaults", () => {
  expect(parseArguments([])).toEqual({
    help: false,
    graph: undefined,
    partitions: 4,
    strategy: "hash",
    inspect: false,
    network: { router: "tcp" },
  });
});

test("every option, with a space or an equals sign", () => {
  const network = { router: "tcp" };
  const expected = {
    help: false,
    graph: "/data/other.txt.gz",
    partitions: 7,
    strategy: "range",
    inspect: true,
    network,
  };
  const directory = "/data";
  expect(
    parseArguments(["--graph", "other.txt.gz", "--partitions", "7", "--strategy", "range", "--inspect"], { directory }),
  ).toEqual(expected);
  expect(parseArguments(["--inspect", "--strategy=range", "--partitions=07", "--graph=/data/other.txt.gz"])).toEqual(
    expected,
  );
});

test("a relative path starts where the command was typed", () => {
  const typedIn = process.env["INIT_CWD"] ?? process.cwd();
  expect(parseArguments(["--graph", "x/y.txt"])).toMatchObject({ graph: resolve(typedIn, "x/y.txt") });
});

test("the two dashes that a script runner passes on", () => {
  expect(parseArguments(["--", "--partitions", "2"])).toMatchObject({ partitions: 2 });
});

describe("help", () => {
  test("wins over everything else that is well-formed", () => {
    expect(parseArguments(["--help", "--partitions", "0"])).toEqual({ help: true });
    expect(parseArguments(["-h"])).toEqual({ help: true });
  });

  test("names every option", () => {
    for (const option of ["--graph FILE", "--partitions N", "--strategy NAME", "--inspect", "--router NAME", "--help"])
      expect(helpText).toContain(option);
    expect(helpText.split("\n").every((line) => line.length <= 120)).toBe(true);
  });
});

test.each([
  [["--partitions", "0"], '--partitions: expected an integer from 1 to 64, got "0"'],
  [["--partitions", "65"], 'got "65"'],
  [["--partitions=-1"], 'got "-1"'],
  [["--partitions", "2.5"], 'got "2.5"'],
  [["--partitions", "1e1"], 'got "1e1"'],
  [["--partitions", ""], 'got ""'],
  [["--partitions", "four"], 'got "four"'],
  [["--strategy", "magic"], '--strategy: expected hash or range, got "magic"'],
  [["--graph", ""], '--graph: expected the path of a file, got ""'],
  [["--partitions"], "argument missing"],
  [["--graph", "--partitions", "3"], "'--graph'"],
  [["--partition", "3"], "Unknown option '--partition'"],
  [["graph.txt"], "Unexpected argument 'graph.txt'"],
  [["--help=yes"], "does not take an argument"],
])("refuses %j", (argv, message) => {
  const parse = () => parseArguments(argv, { strategies: ["hash", "range"] });
  expect(parse).toThrow(message);
  expect(parse).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringContaining("Try --help.") }),
  );
});

test("both ends of the partition count", () => {
  expect(parseArguments(["--partitions", "1"])).toMatchObject({ partitions: 1 });
  expect(parseArguments(["--partitions", "64"])).toMatchObject({ partitions: 64 });
});

test("without a list of strategies any name will do", () => {
  expect(parseArguments(["--strategy", "mine"])).toMatchObject({ strategy: "mine" });
  expect(() => parseArguments(["--strategy", ""])).toThrow("--strategy: expected a name");
});
