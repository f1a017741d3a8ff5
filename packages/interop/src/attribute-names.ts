import { checkOptions, checkString } from "@graphoid/core";

/** Under which attributes a format keeps what a graph of ours has beside its properties. */
export interface AttributeNames {
  /** The value of a node. Default: `"value"`. */
  readonly value?: string;
  /** The type of a node, if it is a string. Default: `"type"`. */
  readonly type?: string;
  /** The label of an edge, if it is a string. Default: `"label"`. */
  readonly label?: string;
  /** The weight of an edge, if it is a number other than NaN. Default: `"weight"`. */
  readonly weight?: string;
}

/** The names to use: those given, and the defaults of the others. */
export function checkNames(call: string, names: AttributeNames = {}): Required<AttributeNames> {
  checkOptions(call, names, ["value", "type", "label", "weight"]);
  const { value = "value", type = "type", label = "label", weight = "weight" } = names;
  for (const [key, name] of Object.entries({ value, type, label, weight })) checkString(call, `names.${key}`, name);
  return { value, type, label, weight };
}

/** What an attribute of a node is. */
export function nodeRole(names: Required<AttributeNames>, name: string, value: unknown): "value" | "type" | "property" {
  if (name === names.value) return "value";
  return name === names.type && typeof value === "string" ? "type" : "property";
}

/** What an attribute of an edge is. */
export function edgeRole(
  names: Required<AttributeNames>,
  name: string,
  value: unknown,
): "label" | "weight" | "property" {
  if (name === names.label && typeof value === "string") return "label";
  const isWeight = name === names.weight && typeof value === "number" && !Number.isNaN(value);
  return isWeight ? "weight" : "property";
}
