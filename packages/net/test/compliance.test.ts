import { describe, test } from "vitest";
import { complianceCases } from "../src/testing.ts";
import { transportsUnderTest } from "./transports.ts";

describe.each(transportsUnderTest())("a connection over $name", (transport) => {
  test.each(complianceCases)("$name", ({ run }) => run(transport));
});
