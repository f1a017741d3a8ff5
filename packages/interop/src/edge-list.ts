import {
  checkBoolean,
  checkInteger,
  checkOneOf,
  checkOptions,
  describe,
  type EdgeRecord,
  type Graph,
  type GraphType,
  invalidArgument,
} from "@graphoid/core";
import { GraphFormatError } from "./errors.ts";
import { checkGraph, edgeName, notSerializable } from "./graph-attributes.ts";
import { type DraftEdge, GraphDraft, place, type SourceText } from "./graph-draft.ts";
import { parseNumber } from "./scalar.ts";
import { textLines } from "./text-lines.ts";

/** What a column of an edge list holds; `"skip"` is read and left out. */
export type EdgeListColumn = "from" | "to" | "label" | "weight" | "skip";

/** How an edge list is laid out. */
export interface EdgeListOptions {
  /** Default: `["from", "to"]`. Columns at the end that a line does not have are absent. */
  readonly columns?: readonly EdgeListColumn[];
  /** What stands between columns, exactly. Default: any blanks and tabs; a blank in writing. */
  readonly separator?: string;
  /** Whether the first line that is no comment names the columns. Default: false. */
  readonly header?: boolean;
  /** With what a line begins that is a comment. Default: `["#", "%"]`. */
  readonly comments?: readonly string[];
}

/** How to read an edge list. */
export interface ReadEdgeListOptions extends EdgeListOptions {
  /** Default: `"directed"`. */
  readonly type?: GraphType;
  /**
   * Several edges with the same ends and label: refuse them, let each replace the weight of those before, or give each after the first a
   * label of its own, `edge 2` and so on. Default: `"error"`.
   */
  readonly parallel?: "error" | "last" | "number";
  /** The most characters of a line. Default: 1,048,576 (2^20). */
  readonly maxLineLength?: number;
}

/** How to write an edge list. */
export interface WriteEdgeListOptions extends EdgeListOptions {
  /** Leaves out what the columns do not hold: attributes, and nodes without edges. Default: false, an error. */
  readonly lossy?: boolean;
}

interface Layout {
  readonly columns: readonly EdgeListColumn[];
  readonly separator: string | undefined;
  readonly header: boolean;
  readonly comments: readonly string[];
}

const COLUMNS = ["from", "to", "label", "weight", "skip"] as const;
const LAYOUT_OPTIONS = ["columns", "separator", "header", "comments"] as const;
const DEFAULT_MAX_LINE_LENGTH = 2 ** 20;

/**
 * Reads an edge list: an edge a line, nodes in the order of their first mention. Blank lines and comments are skipped;
 * nothing is quoted.
 *
 * @param text - The list, or parts of it in order: the whole need not be in memory.
 * @throws GraphFormatError with the line that has too few or too many columns, or a weight that is no number.
 * @throws UnsupportedGraphError for parallel edges without an option.
 * @throws InputLimitError when a line is too long.
 *
 * @example
 * ```ts
 * import { readEdgeList } from "@graphoid/interop";
 *
 * const graph = readEdgeList("# friends\nalice bob 0.5\n", { columns: ["from", "to", "weight"] });
 * console.log(graph.getEdge("alice", "bob")?.weight); // 0.5
 * ```
 */
export function readEdgeList(text: SourceText, options: ReadEdgeListOptions = {}): Graph {
  const call = "readEdgeList";
  checkOptions(call, options, [...LAYOUT_OPTIONS, "type", "parallel", "maxLineLength"]);
  const layout = checkLayout(call, options);
  const { type = "directed", parallel = "error", maxLineLength = DEFAULT_MAX_LINE_LENGTH } = options;
  checkOneOf(call, "type", type, ["directed", "undirected"]);
  checkInteger(call, "maxLineLength", maxLineLength, 1);
  const draft = new GraphDraft(call, "edge list", { parallel });
  const seen = new Set<string>();
  const properties = new Map();
  let headerPassed = !layout.header;
  let number = 0;
  for (const line of textLines(text, maxLineLength)) {
    number++;
    if (isSkipped(line, layout)) continue;
    if (!headerPassed) {
      headerPassed = true;
      continue;
    }
    const edge = parseLine(line, layout, number);
    for (const id of [edge.from, edge.to]) {
      if (seen.has(id)) continue;
      seen.add(id);
      draft.addNode({ id, properties, line: number });
    }
    draft.addEdge({ ...edge, directed: type === "directed", properties, line: number });
  }
  return draft.finish(type === "directed");
}

/**
 * Writes a graph as an edge list. `readEdgeList` with the same options makes an equal graph of it, but for the order of
 * its nodes.
 *
 * @throws NotSerializableError naming the node or edge and the key when the columns do not hold something, unless
 * `lossy` says that it may go; and when a name would be read as something else, such as one with the separator in it.
 *
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { writeEdgeList } from "@graphoid/interop";
 *
 * const graph = new Graph();
 * graph.addNodes([{ id: "alice" }, { id: "bob" }]);
 * graph.addEdge("alice", "bob", "FRIEND");
 * console.log(writeEdgeList(graph, { columns: ["from", "label", "to"], separator: "," })); // alice,FRIEND,bob
 * ```
 */
export function writeEdgeList(graph: Graph, options: WriteEdgeListOptions = {}): string {
  const call = "writeEdgeList";
  checkGraph(call, graph);
  checkOptions(call, options, [...LAYOUT_OPTIONS, "lossy"]);
  const layout = checkLayout(call, options);
  const { lossy = false } = options;
  checkBoolean(call, "lossy", lossy);
  if (layout.columns.includes("skip")) throw invalidArgument(call, "columns", "without a column to skip", "skip");
  if (!lossy) checkNothingIsLost(call, graph, layout);
  const separator = layout.separator ?? " ";
  const lines = layout.header ? [layout.columns.join(separator)] : [];
  for (const edge of graph.edges()) {
    const line = layout.columns.map((column) => cellOf(edge, column)).join(separator);
    const shown = layout.separator === undefined ? line.trimEnd() : line;
    if (!isReadBack(shown, edge, layout)) {
      throw notSerializable(
        call,
        edgeName(edge),
        "from, to or label",
        "would not be read back; choose another separator",
      );
    }
    lines.push(shown);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function checkLayout(call: string, options: EdgeListOptions): Layout {
  const { columns = ["from", "to"], separator, header = false, comments = ["#", "%"] } = options;
  if (!Array.isArray(columns)) throw invalidArgument(call, "columns", "an array", columns);
  for (const column of columns) checkOneOf(call, "columns", column, COLUMNS);
  for (const column of COLUMNS.slice(0, -1)) {
    const count = columns.filter((each) => each === column).length;
    if (count > 1) throw invalidArgument(call, "columns", `to have ${column} once`, columns);
    if (count === 0 && (column === "from" || column === "to")) {
      throw invalidArgument(call, "columns", `to have ${column}`, columns);
    }
  }
  if (separator !== undefined && (typeof separator !== "string" || /^$|[\r\n]/.test(separator))) {
    throw invalidArgument(call, "separator", "a string without line breaks", separator);
  }
  checkBoolean(call, "header", header);
  if (!Array.isArray(comments) || !comments.every((mark) => typeof mark === "string" && mark !== "")) {
    throw invalidArgument(call, "comments", "an array of strings that are not empty", comments);
  }
  return { columns, separator, header, comments };
}

function isSkipped(line: string, { separator, comments }: Layout): boolean {
  const start = separator === undefined ? line.replace(/^[ \t]+/, "") : line;
  return start === "" || comments.some((mark) => start.startsWith(mark));
}

type Ends = Pick<DraftEdge, "from" | "to" | "label" | "weight">;

function parseLine(text: string, { columns, separator }: Layout, line: number): Ends {
  const cells = separator === undefined ? (text.match(/[^ \t]+/g) ?? []) : text.split(separator);
  const least = Math.max(columns.indexOf("from"), columns.indexOf("to")) + 1;
  if (cells.length < least || cells.length > columns.length) {
    const range = least === columns.length ? `${least}` : `${least} to ${columns.length}`;
    throw malformed(`expected ${range} columns, got ${cells.length}; name them with \`columns\``, line);
  }
  const at = (column: EdgeListColumn): string | undefined => cells[columns.indexOf(column)];
  const weightText = at("weight")?.trim();
  const ends = { from: at("from") ?? "", to: at("to") ?? "", label: at("label") ?? "edge" };
  if (weightText === undefined || weightText === "") return ends;
  const weight = parseNumber(weightText);
  if (weight !== undefined && !Number.isNaN(weight)) return { ...ends, weight };
  throw malformed(`the weight is no number: ${describe(weightText)}`, line);
}

function malformed(message: string, line: number): GraphFormatError {
  return new GraphFormatError(`${place("edge list", line)}: ${message}`, { details: { format: "edge list", line } });
}

function cellOf({ from, to, label, weight }: EdgeRecord, column: EdgeListColumn): string {
  if (column === "from") return from;
  if (column === "to") return to;
  if (column === "label") return label;
  return weight === undefined ? "" : Object.is(weight, -0) ? "-0" : String(weight);
}

/** What a reader makes of the line tells whether a name is in the way of the layout. */
function isReadBack(line: string, edge: EdgeRecord, layout: Layout): boolean {
  if (/[\r\n]|^\ufeff/.test(line) || isSkipped(line, layout)) return false;
  try {
    const read = parseLine(line, layout, 0);
    return layout.columns.every((column) => cellOf(read, column) === cellOf(edge, column));
  } catch {
    return false;
  }
}

function checkNothingIsLost(call: string, graph: Graph, { columns }: Layout): void {
  const lost = (owner: string, key: string): Error =>
    notSerializable(call, owner, key, "has no column; `lossy` leaves such things out");
  for (const id of graph.nodes()) {
    const owner = `node ${describe(id)}`;
    const record = graph.nodeRecord(id);
    if (record === undefined) continue;
    if (record.value !== null) throw lost(owner, "value");
    if (record.type !== undefined) throw lost(owner, "type");
    for (const key of Object.keys(record.properties)) throw lost(owner, key);
    if (graph.degree(id, { direction: "both" }) === 0) throw lost(owner, "a node without edges");
  }
  for (const edge of graph.edges()) {
    if (edge.label !== "edge" && !columns.includes("label")) throw lost(edgeName(edge), "label");
    if (edge.weight !== undefined && !columns.includes("weight")) throw lost(edgeName(edge), "weight");
    for (const key of Object.keys(edge.properties ?? {})) throw lost(edgeName(edge), key);
  }
}
