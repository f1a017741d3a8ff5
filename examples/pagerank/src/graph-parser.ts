import type { Graph } from "@graphoid/core";

/** Makes a graph of the lines of a file. */
export interface GraphParser {
  /** Takes the next line, without its line end, and its number from 1. */
  line(text: string, line: number): void;
  /** Says that there are no more lines, and returns the graph; `undefined` when there was nothing but comments. */
  end(): Graph | undefined;
}

/** Ends the reading with an error about a line. */
export type ParseFailure = (message: string, line: number) => never;
