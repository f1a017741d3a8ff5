import { checkOneOf, checkOptions, checkString, invalidArgument } from "./arguments.ts";
import type { Direction, EdgeAttributes, NeighborOptions, NodeOptions } from "./graph-types.ts";
import { kindOf } from "./kind.ts";
import { isWellFormed, loneSurrogate } from "./utf8.ts";
import type { PlainRecord } from "./values.ts";

/** The options of a call that gave none; compared by identity, so that such a call checks nothing. */
export const NONE: NodeOptions & EdgeAttributes & NeighborOptions = Object.freeze({});

/** Throws unless these are the arguments of a node. */
export function checkNode(call: string, id: string, options: NodeOptions): void {
  if (typeof id !== "string") throw invalidArgument(call, "id", "a string", id);
  if (options === NONE) return;
  checkOptions(call, options, ["type", "properties"]);
  if (options.type !== undefined) {
    checkString(call, "type", options.type);
    if (!isWellFormed(options.type)) throw loneSurrogate(call);
  }
  if (options.properties !== undefined) checkRecord(call, options.properties);
}

/** Throws unless these are the attributes of an edge. */
export function checkAttributes(attributes: EdgeAttributes): void {
  checkOptions("Graph.addEdge", attributes, ["weight", "properties"]);
  const { weight, properties } = attributes;
  if (weight !== undefined && (typeof weight !== "number" || Number.isNaN(weight))) {
    throw invalidArgument("Graph.addEdge", "weight", "a number other than NaN", weight);
  }
  if (properties !== undefined) checkRecord("Graph.addEdge", properties);
}

function checkRecord(call: string, value: PlainRecord): void {
  if (kindOf(value) !== "record") throw invalidArgument(call, "properties", "a plain object", value);
  // An accessor that throws must do so here, before anything is written.
  for (const key of Object.keys(value)) void value[key];
}

/** Throws unless these are neighbour options; returns their direction. */
export function checkNeighborOptions(call: string, options: NeighborOptions): Direction {
  if (options === NONE) return "out";
  checkOptions(call, options, ["direction", "label"]);
  const { direction = "out", label } = options;
  checkOneOf(call, "direction", direction, ["out", "in", "both"]);
  if (label !== undefined) checkString(call, "label", label);
  return direction;
}
