import { expect, it } from "vitest";
import * as routing from "./index.ts";
import { plainRef } from "./testing/plain-ref.ts";

it("offers one routing in the specification's shape", async () => {
  const envelope = { kind: "send", id: 0, target: "t", message: "m", payload: 1, headers: {} } as const;
  const log: unknown[] = [];
  expect(routing.active()).toBeUndefined();
  routing.onDeliver((arrived) => log.push(arrived.payload));
  routing.register("r", {
    init: (config: { size: number }) => void log.push(config.size),
    route: (_ref, sent) => routing.deliver({ ...sent, payload: "routed" }),
    receive: (bytes) => routing.deliver({ ...envelope, payload: bytes.length }),
  });
  routing.use("r", { order: "none" });
  expect(routing.active()).toBe("r");
  expect(routing.list().map((router) => router.name)).toEqual(["r"]);
  await routing.init({ size: 3 });
  await routing.route(plainRef("t"), envelope);
  await routing.receive(new Uint8Array(2));
  routing.deliver(envelope);
  expect(log).toEqual([3, "routed", 2, 1]);
  await routing.close();
  expect(() => routing.use("r")).toThrow("closed");
});
