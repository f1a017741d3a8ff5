import type { Envelope } from "@graphoid/core";
import { expect, it } from "vitest";
import { echoRouter } from "./echo.ts";
import { createRouting } from "./routing.ts";
import { plainRef } from "./testing/plain-ref.ts";

const call = { id: 5, target: "t", message: "m", headers: {}, replyTo: { id: "back", location: null, metadata: {} } };

it("answers a request with a copy of its payload", async () => {
  const routing = createRouting();
  const arrived: Envelope[] = [];
  routing.onDeliver((envelope, source) => {
    arrived.push(envelope);
    expect(source.identity).toBe("echo");
  });
  routing.register("echo", echoRouter({ deliver: routing.deliver }));
  routing.use("echo");
  const payload = { list: [1] };
  const routed = routing.route(plainRef("t"), { ...call, kind: "request", payload });
  payload.list.push(2);
  expect(arrived).toEqual([]);
  await routed;
  expect(arrived).toEqual([{ kind: "reply", id: 5, target: "back", message: "", payload: { list: [1] }, headers: {} }]);
});

it("answers a stream with its payload as the one item, and nothing else with anything", async () => {
  const arrived: Envelope[] = [];
  const router = echoRouter({ deliver: (envelope) => arrived.push(envelope) });
  for (const kind of ["send", "cancel", "credit", "reply", "stream"] as const) {
    await router.route(plainRef("t"), { ...call, kind, payload: kind });
  }
  expect(arrived.map(({ kind, payload, headers }) => [kind, payload, headers])).toEqual([
    ["item", "stream", { seq: 0 }],
    ["end", null, { seq: 1 }],
  ]);
});

it("checks its options", () => {
  expect(() => echoRouter({} as never)).toThrow("`deliver`");
  expect(() => echoRouter({ deliver: () => {}, more: 1 } as never)).toThrow("more");
});
