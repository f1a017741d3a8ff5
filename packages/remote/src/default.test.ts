import { afterEach, expect, it } from "vitest";
import { failure } from "../test/wire.ts";
import * as remote from "./index.ts";

afterEach(() => remote.close());

it("offers one remote in the specification's shape", async () => {
  remote.configure({
    identity: "node_a",
    route: (ref) =>
      remote.deliver({ kind: "send", id: 0, target: "log", message: "m", payload: ref.location(), headers: {} }),
  });
  const ref = remote.ref({ id: "node_123", location: "partition_2", metadata: { type: "user" } });
  expect([ref.isLocal(), ref.isRemote(), ref.location()]).toEqual([false, true, "partition_2"]);
  const routed: unknown[] = [];
  remote.expose("log", (_, payload) => routed.push(payload));
  await ref.send("message", { any: "payload" });
  expect(routed).toEqual(["partition_2"]);
  const here = await remote.createOn("node_a", "user_1", { name: "alice" });
  expect(await here.resolve()).toEqual({ name: "alice" });
  const lost: unknown[] = [];
  remote.monitor(ref, (error) => lost.push(error.peer));
  remote.peerLost("partition_2");
  expect(lost).toEqual(["partition_2"]);
  expect(remote.stats()).toMatchObject({ sends: 1, exposed: 3 });
});

it("works on its own, with no router to go elsewhere", async () => {
  remote.expose("greeter", { greet: (name: string) => `hello ${name}` });
  expect(await remote.ref({ id: "greeter" }).request("greet", "bob")).toBe("hello bob");
  const error = await failure(remote.ref({ id: "user_123", location: "elsewhere" }).send("hello"));
  expect(error.code).toBe("NO_ACTIVE_ROUTER");
});

it("is configured before its first use, or after it was closed", async () => {
  expect(remote.stats().exposed).toBe(1);
  expect(() => remote.configure({ identity: "late" })).toThrow("configure it first, or close it");
  await remote.close();
  await remote.close();
  remote.configure({ identity: "again" });
  expect(remote.ref({ id: "x", location: "again" }).isLocal()).toBe(true);
});
