import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createContexts } from "../src/contexts.ts";

/**
 * The cases of the W3C's trace-context validation service (github.com/w3c/trace-context, test/test.py), against a server
 * that calls another one: what it sends on is looked at. The service itself passes too: see docs/context.md.
 */

const contexts = createContexts();
const id = "12345678901234567890123456789012";
const good = `00-${id}-1234567890123456-01`;
let seen: IncomingHttpHeaders[] = [];

function post(port: number, headers: readonly (readonly [string, string])[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: "127.0.0.1", method: "POST", agent: false }, (response) => {
      response.resume().once("end", resolve);
    });
    for (const [name, value] of headers) call.appendHeader(name, value);
    call.once("error", reject).end();
  });
}

const callee = createServer((incoming, response) => {
  seen.push(incoming.headers);
  response.end();
});
const service = createServer(async (incoming, response) => {
  const context = contexts.extract(incoming.headersDistinct, { name: "POST /", trusted: true, trace: true });
  for (let i = 0; i < 2; i++) {
    const span = context.startSpan("call");
    await post((callee.address() as AddressInfo).port, Object.entries(contexts.inject(span.context)));
    span.end();
  }
  context.end();
  response.end();
});

beforeAll(async () => {
  for (const server of [callee, service]) await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  for (const server of [callee, service]) server.close();
});

/** The trace, the two spans and the state that the service sent on. */
async function sentOn(...headers: readonly (readonly [string, string])[]) {
  seen = [];
  await post((service.address() as AddressInfo).port, headers);
  const parts = seen.map(({ traceparent }) => /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[0-3])$/.exec(String(traceparent)));
  const [first, second] = parts;
  expect(first?.[1]).toBe(second?.[1]);
  expect(first?.[2]).not.toBe(second?.[2]);
  expect([first?.[1], first?.[2]]).not.toContain(undefined);
  return { traceId: first?.[1], flags: first?.[3], state: seen[0]?.["tracestate"] };
}

describe("a server over HTTP", () => {
  it("continues a valid trace, whatever the case of its names and the space around its values", async () => {
    for (const [name, value] of [
      ["traceparent", good],
      ["TraceParent", good],
      ["TRACEPARENT", ` \t${good}\t `],
      ["traceparent", `cc-${id}-1234567890123456-01`],
      ["traceparent", `cc-${id}-1234567890123456-01-what-the-future-brings`],
    ] as const) {
      expect((await sentOn([name, value])).traceId).toBe(id);
    }
    expect((await sentOn(["traceparent", `00-${id}-1234567890123456-03`])).flags).toBe("03");
  });

  it.each([
    "",
    `${good}-what-the-future`,
    `00-${id}-1234567890123456-01.`,
    `cc-${id}-1234567890123456-01.what`,
    `ff-${id}-1234567890123456-01`,
    `.0-${id}-1234567890123456-01`,
    `000-${id}-1234567890123456-01`,
    `0-${id}-1234567890123456-01`,
    `00-${"0".repeat(32)}-1234567890123456-01`,
    "00-.2345678901234567890123456789012-1234567890123456-01",
    `00-${id}3-1234567890123456-01`,
    `00-${id.slice(1)}-1234567890123456-01`,
    `00-${id}-0000000000000000-01`,
    `00-${id}-.234567890123456-01`,
    `00-${id}-12345678901234567-01`,
    `00-${id}-123456789012345-01`,
    `00-${id}-1234567890123456-.0`,
    `00-${id}-1234567890123456-001`,
    `00-${id}-1234567890123456-1`,
  ])("restarts the trace of %j, and drops its state", async (traceparent) => {
    const { traceId, state } = await sentOn(["traceparent", traceparent], ["tracestate", "foo=1"]);
    expect(traceId).not.toBe(id);
    expect(state).toBeUndefined();
  });

  it("restarts a trace that comes twice, under another name, or not at all", async () => {
    const other = good.replace(id, id.replace("1", "2"));
    expect((await sentOn(["traceparent", good], ["traceparent", other])).traceId).not.toBe(id);
    expect((await sentOn(["trace-parent", good])).traceId).not.toBe(id);
    expect((await sentOn(["tracestate", "foo=1"])).state).toBeUndefined();
    expect((await sentOn()).traceId).not.toBe((await sentOn()).traceId);
  });

  it.each([
    [["foo=1"], "foo=1"],
    [["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"],
    [["foo=1", ""], "foo=1"],
    [["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"],
    [
      [Array.from({ length: 32 }, (_, i) => `bar${i}=${i}`).join()],
      Array.from({ length: 32 }, (_, i) => `bar${i}=${i}`).join(),
    ],
    [[`${"z".repeat(256)}=1`], `${"z".repeat(256)}=1`],
    [[Array.from({ length: 33 }, (_, i) => `bar${i}=${i}`).join()], undefined],
    [[`${"z".repeat(257)}=1`], undefined],
    [["foo@=1,bar=2"], "foo@=1,bar=2"],
    [["foo =1"], undefined],
    [["FOO=1"], undefined],
    [["foo.bar=1"], undefined],
    [["foo=bar=baz"], undefined],
    [["foo=,bar=3"], undefined],
    [[""], undefined],
  ])("passes on the state %j as %j", async (states, expected) => {
    const headers = states.map((state) => ["tracestate", state] as const);
    const { traceId, state } = await sentOn(["traceparent", good], ...headers);
    expect([traceId, state]).toEqual([id, expected]);
  });
});
