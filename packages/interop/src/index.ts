export type { AttributeNames } from "./attribute-names.ts";
export {
  type EdgeListColumn,
  type EdgeListOptions,
  type ReadEdgeListOptions,
  readEdgeList,
  type WriteEdgeListOptions,
  writeEdgeList,
} from "./edge-list.ts";
export * from "./errors.ts";
export { readGexf } from "./gexf-reader.ts";
export { writeGexf } from "./gexf-writer.ts";
export type { Convert, WriteXmlOptions } from "./graph-attributes.ts";
export type { ReadOptions, SourceText } from "./graph-draft.ts";
export { readGraphml } from "./graphml-reader.ts";
export { writeGraphml } from "./graphml-writer.ts";
export {
  type FromGraphologyOptions,
  fromGraphology,
  type GraphologyConstructor,
  type GraphologyGraph,
  type GraphologyOptions,
  type ToGraphologyOptions,
  toGraphology,
} from "./graphology.ts";
export type { Scalar } from "./scalar.ts";
export type { ReadXmlOptions } from "./xml-reader.ts";
