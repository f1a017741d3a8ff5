import { expect, test } from "vitest";
import { TestRef } from "../test/values.ts";
import { isRef, refBrand } from "./ref.ts";

test("isRef goes by the brand, own or inherited, and by nothing else", () => {
  expect(isRef(new TestRef("a"))).toBe(true);
  expect(isRef({ [refBrand]: true })).toBe(true);
  expect(isRef(Object.create({ [refBrand]: true }))).toBe(true);
  for (const other of [null, undefined, "a", 1, {}, { id: "a", location: () => null }, { [refBrand]: 1 }, TestRef]) {
    expect(isRef(other)).toBe(false);
  }
});

test("data cannot pass for a reference: the brand is a symbol, which no format carries", () => {
  expect(isRef(JSON.parse('{"graphoid.ref": true, "id": "a"}'))).toBe(false);
});
