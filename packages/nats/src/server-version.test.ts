import { describe, expect, test } from "vitest";
import { checkServer, type ServerFeature } from "./server-version.ts";

/** Whether a server of this version is let through. */
function has(version: string, feature: ServerFeature): boolean {
  try {
    checkServer("call", { info: { ...info, version } }, feature);
    return true;
  } catch {
    return false;
  }
}

const info = {
  client_id: 1,
  go: "go1.19",
  headers: true,
  host: "127.0.0.1",
  jetstream: true,
  max_payload: 1_048_576,
  port: 4222,
  proto: 1,
  server_id: "id",
  server_name: "name",
  version: "",
};

describe("checkServer", () => {
  test.each([
    ["2.9.3", "jetstream", false],
    ["2.9.4", "jetstream", true],
    ["2.9.10", "jetstream", true],
    ["1.4.1", "jetstream", false],
    ["2.9.10", "several filters of a consumer", false],
    ["2.10.0", "several filters of a consumer", true],
    ["2.10.26", "per-key TTL", false],
    ["2.11.0-preview.2", "per-key TTL", true],
    ["3.0.0", "per-key TTL", true],
  ] as const)("takes %s for %s: %s", (version, feature, expected) => {
    expect(has(version, feature)).toBe(expected);
  });

  test("says what is needed, what is there and what to do", () => {
    expect(() => checkServer("nats.call", { info: { ...info, version: "2.9.10" } }, "per-key TTL")).toThrowError(
      expect.objectContaining({
        code: "UNSUPPORTED_SERVER",
        message: "nats.call: per-key TTL needs nats-server 2.11.0 or later, and this one is 2.9.10: update it",
        details: { feature: "per-key TTL", required: "2.11.0", version: "2.9.10" },
      }),
    );
  });

  test("says that a connection is closed", () => {
    expect(() => checkServer("nats.call", {}, "jetstream")).toThrowError(
      expect.objectContaining({ code: "UNAVAILABLE" }),
    );
  });
});
