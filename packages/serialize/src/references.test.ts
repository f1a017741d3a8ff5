import { expect, it } from "vitest";
import { References } from "./references.ts";

it("References number containers in the order in which they come, few or many", () => {
  const references = new References();
  for (let round = 0; round < 2; round++) {
    const containers = Array.from({ length: 100 }, () => ({}));
    for (const [i, container] of containers.entries()) {
      expect(references.find(container)).toBe(-1);
      for (let known = 0; known <= i; known += 7) expect(references.find(containers[known] as object)).toBe(known);
    }
    references.clear();
  }
});
