import type { Value } from "@graphoid/core";
import { type AttributeNames, edgeRole, nodeRole } from "./attribute-names.ts";
import type { DraftEdge, DraftNode } from "./graph-draft.ts";
import type { Scalar } from "./scalar.ts";

/** What a text says about a node or an edge. */
export interface ReadElement<V extends Value = Scalar> {
  readonly attributes: Map<string, V>;
  readonly line: number;
}

/** Takes the value and the type out of a node's attributes: the rest are its properties. */
export function draftNode(
  { id, attributes, line }: ReadElement<Value> & { readonly id: string },
  names: Required<AttributeNames>,
): DraftNode {
  const found: { value?: Value; type?: string } = {};
  for (const name of [names.value, names.type]) {
    const value = attributes.get(name);
    if (value === undefined) continue;
    const role = nodeRole(names, name, value);
    if (role === "value") found.value = value;
    else if (role === "type" && typeof value === "string") found.type = value;
    if (role !== "property") attributes.delete(name);
  }
  return { id, ...found, properties: attributes, line };
}

/** Takes the label and the weight out of an edge's attributes: the rest are its properties. */
export function draftEdge(
  edge: ReadElement<Value> & { readonly from: string; readonly to: string; readonly directed: boolean },
  names: Required<AttributeNames>,
): DraftEdge {
  const { from, to, directed, attributes, line } = edge;
  const found: { label: string; weight?: number } = { label: "edge" };
  for (const name of [names.label, names.weight]) {
    const value = attributes.get(name);
    if (value === undefined) continue;
    const role = edgeRole(names, name, value);
    if (role === "label" && typeof value === "string") found.label = value;
    else if (role === "weight" && typeof value === "number") found.weight = value;
    if (role !== "property") attributes.delete(name);
  }
  return { from, to, directed, ...found, properties: attributes, line };
}
