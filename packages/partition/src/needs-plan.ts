/** The `partitionFor` of strategies that must see the graph first. */
export function needsPlan(): never {
  throw new Error("this strategy must see the graph first: use what its `plan(graph)` returns");
}
