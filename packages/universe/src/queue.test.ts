import fc from "fast-check";
import { expect, test } from "vitest";
import { Queue } from "./queue.ts";

test("behaves like an array", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(), fc.constantFrom("shift" as const, "clear" as const)), { size: "large" }),
      (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === "shift") expect(queue.shift()).toBe(model.shift());
          else if (step === "clear") {
            queue.clear();
            model.length = 0;
          } else {
            queue.push(step);
            model.push(step);
          }
          expect(queue.length).toBe(model.length);
        }
      },
    ),
  );
});
