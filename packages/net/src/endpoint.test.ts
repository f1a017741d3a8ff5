import { describe, expect, test } from "vitest";
import { describeEndpoint, isLocalEndpoint, toEndpoint } from "./endpoint.ts";

describe("toEndpoint", () => {
  test("takes the forms that connect and listen take", () => {
    expect(toEndpoint("net.connect", "db", 5432, 1)).toEqual({ host: "db", port: 5432 });
    expect(toEndpoint("net.connect", { host: "db", port: 1 }, undefined, 1)).toEqual({ host: "db", port: 1 });
    expect(toEndpoint("net.connect", { path: "/x" }, undefined, 1)).toEqual({ path: "/x" });
    expect(toEndpoint("net.listen", "db", 0, 0)).toEqual({ host: "db", port: 0 });
    expect(toEndpoint("net.listen", "db", 65_535, 0)).toEqual({ host: "db", port: 65_535 });
  });

  test.each([
    ["", 1, "host"],
    ["db", 0, "port"],
    ["db", 65_536, "port"],
    ["db", 1.5, "port"],
    ["db", "80", "port"],
    ["db", undefined, "port"],
    [undefined, 1, "host"],
    [7, 1, "host"],
    [{}, undefined, "host"],
    [{ host: "db", port: 1, colour: 1 }, undefined, "colour"],
    [{ path: "" }, undefined, "path"],
    [{ path: 1 }, undefined, "path"],
    [{ path: "/x", port: 1 }, undefined, "port"],
  ])("refuses %o, %o and names what is wrong", (host, port, named) => {
    expect(() => toEndpoint("net.connect", host, port, 1)).toThrow(RegExp(`^net\\.connect: .*${named}`));
  });
});

test("describeEndpoint writes endpoints as people do", () => {
  expect(describeEndpoint({ host: "db", port: 1 })).toBe("db:1");
  expect(describeEndpoint({ host: "::1", port: 1 })).toBe("[::1]:1");
  expect(describeEndpoint({ path: "/x" })).toBe("/x");
});

test("isLocalEndpoint knows what stays on this machine", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"]) {
    expect(isLocalEndpoint({ host, port: 1 })).toBe(true);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.nip.io", "localhost.example.com", "1127.0.0.1"]) {
    expect(isLocalEndpoint({ host, port: 1 })).toBe(false);
  }
  expect(isLocalEndpoint({ path: "/x" })).toBe(true);
});
