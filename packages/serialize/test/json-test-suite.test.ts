import { readdirSync, readFileSync } from "node:fs";
import { isGraphoidError, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { difference } from "./identical.ts";
import { checkWellFormed } from "./well-formed.ts";

const directory = new URL("data/json-test-suite/test_parsing/", import.meta.url);
/** The suite accepts a key that an object has twice; here nothing is dropped, so it is refused (S8). */
const REFUSED = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];
const serializer = createSerializer();
// Bytes that are no UTF-8 become U+FFFD, as with whoever reads a file as text; a byte order mark stays.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function read(name: string): { readonly text: string; readonly outcome: { value: Value } | { error: unknown } } {
  const text = decoder.decode(readFileSync(new URL(encodeURIComponent(name), directory)));
  try {
    return { text, outcome: { value: serializer.fromJson(text) } };
  } catch (error) {
    return { text, outcome: { error } };
  }
}

describe("JSONTestSuite", () => {
  const files = readdirSync(directory);
  const accepted = files.filter((name) => name.startsWith("y_") && !REFUSED.includes(name));
  const refused = [...files.filter((name) => name.startsWith("n_")), ...REFUSED];
  const either = files.filter((name) => name.startsWith("i_"));

  it("is all there", () => {
    expect([accepted.length, refused.length, either.length]).toEqual([93, 190, 35]);
  });

  it.each(accepted)("%s is accepted", (name) => {
    const { text, outcome } = read(name);
    expect(outcome).not.toHaveProperty("error");
    if (!("value" in outcome)) return;
    checkWellFormed(outcome.value);
    expect(difference(JSON.parse(text), outcome.value)).toBeUndefined();
  });

  it.each(refused)("%s is refused", (name) => {
    expect(read(name).outcome).toMatchObject({ error: { code: "FORMAT" } });
  });

  it.each(either)("%s is read or refused", (name) => {
    const { outcome } = read(name);
    if ("value" in outcome) checkWellFormed(outcome.value);
    else expect(isGraphoidError(outcome.error)).toBe(true);
  });
});
