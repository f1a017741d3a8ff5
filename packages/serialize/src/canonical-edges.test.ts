import fc from "fast-check";
import { expect, it } from "vitest";
import { orderedEdges } from "./canonical-edges.ts";

it("orders edges by source, target and label, however many there are between two nodes", () => {
  const edge = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 1000 }));
  const many = fc.uniqueArray(edge, { maxLength: 400, size: "max", selector: (ends) => ends.join() });
  fc.assert(
    fc.property(many, (edges) => {
      const column = (part: 0 | 1 | 2): Uint32Array => Uint32Array.from(edges, (ends) => ends[part]);
      const { order, sources, targets } = orderedEdges(column(0), column(1), column(2), 4);
      const sorted = [...edges].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      expect(Array.from(order, (row) => edges[row])).toEqual(sorted);
      expect([[...sources], [...targets]]).toEqual([sorted.map(([from]) => from), sorted.map(([, to]) => to)]);
    }),
  );
});
