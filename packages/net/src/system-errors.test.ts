import { isGraphoidError } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { ConnectionLostError } from "./errors.ts";
import { lostError, systemError } from "./system-errors.ts";

const withCode = (code: string): Error => Object.assign(new Error(`system says ${code}`), { code });

describe("systemError", () => {
  test.each([
    ["EADDRINUSE", "ADDRESS_IN_USE"],
    ["EADDRNOTAVAIL", "ADDRESS_UNAVAILABLE"],
    ["EACCES", "ADDRESS_UNAVAILABLE"],
    ["ENOTFOUND", "HOST_NOT_FOUND"],
    ["EAI_AGAIN", "HOST_NOT_FOUND"],
    ["ECONNREFUSED", "CONNECTION_REFUSED"],
    ["ENOENT", "CONNECTION_REFUSED"],
    ["EHOSTUNREACH", "UNREACHABLE"],
    ["ENETUNREACH", "UNREACHABLE"],
    ["ETIMEDOUT", "UNREACHABLE"],
    ["EMFILE", "RESOURCE_EXHAUSTED"],
    ["ENFILE", "RESOURCE_EXHAUSTED"],
    ["ENOBUFS", "RESOURCE_EXHAUSTED"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "PROTOCOL"],
    ["EPROTONOSUPPORT", "NETWORK"],
  ])("makes of %s %s, with the cause", (code, expected) => {
    const cause = withCode(code);
    const error = systemError("net.connect: cannot connect to db:1", cause);
    expect(error).toMatchObject({ code: expected, cause, details: { code } });
    expect(error.message).toMatch(/^net\.connect: cannot connect to db:1: ./);
  });

  test("sees through the attempts at several addresses", () => {
    const error = systemError("x", new AggregateError([withCode("ECONNREFUSED"), withCode("ECONNREFUSED")]));
    expect(error.code).toBe("CONNECTION_REFUSED");
  });

  test.each([
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed", "us"],
    ["CERT_HAS_EXPIRED", "expired", "us"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "wrong-host", "us"],
    ["CERT_REVOKED", "revoked", "us"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "untrusted", "us"],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "missing", "peer"],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "untrusted", "peer"],
  ])("N17: makes of %s Unauthorized, %s", (code, reason, refusedBy) => {
    for (const error of [systemError("x", withCode(code))]) {
      expect(error).toMatchObject({ code: "UNAUTHORIZED", details: { reason, refusedBy } });
    }
  });

  test("leaves typed errors alone, and survives anything else", () => {
    const own = new ConnectionLostError("x");
    expect(systemError("x", own)).toBe(own);
    for (const odd of [null, undefined, "text", { code: 7 }, { errors: [] }]) {
      expect(isGraphoidError(systemError("x", odd), "NETWORK")).toBe(true);
    }
  });
});

describe("lostError", () => {
  test("tells a reset from an end and from other failures", () => {
    expect(lostError("db:1", withCode("ECONNRESET")).details).toMatchObject({ reason: "reset", peer: "db:1" });
    expect(lostError("db:1", withCode("EPIPE")).details).toMatchObject({ reason: "reset" });
    expect(lostError("db:1", undefined).details).toMatchObject({ reason: "ended" });
    expect(lostError("db:1", withCode("EIO"))).toMatchObject({
      code: "CONNECTION_LOST",
      details: { reason: "failed" },
    });
  });

  test("N17: knows a certificate that was refused after the fact", () => {
    const error = lostError("db:1", withCode("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"));
    expect(error).toMatchObject({ code: "UNAUTHORIZED", details: { reason: "missing", refusedBy: "peer" } });
  });
});
