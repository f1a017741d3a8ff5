import { expect, it } from "vitest";
import { chooseNetwork, NETWORK_FLAGS, NETWORK_HELP } from "./choice.ts";

it("is TCP unless a flag says otherwise", () => {
  expect(chooseNetwork({})).toEqual({ router: "tcp" });
  expect(chooseNetwork({ router: "tcp" })).toEqual({ router: "tcp" });
});

it("takes what is not given for NATS from defaults, and a namespace that no other run has", () => {
  const [one, two] = [chooseNetwork({ router: "nats" }), chooseNetwork({ router: "nats" })];
  expect(one).toEqual({
    router: "nats",
    servers: ["127.0.0.1:4222"],
    namespace: expect.stringMatching(/^run_\w{8}$/),
    isOfRun: true,
    delivery: "at-most-once",
    replicas: 1,
  });
  expect(two).not.toEqual(one);
});

it("takes every flag", () => {
  const flags = { servers: "a:1,b:2", namespace: "n", delivery: "at-least-once", replicas: "3" };
  expect(chooseNetwork({ router: "nats", ...flags })).toEqual({
    router: "nats",
    servers: ["a:1", "b:2"],
    namespace: "n",
    isOfRun: false,
    delivery: "at-least-once",
    replicas: 3,
  });
});

it.each([
  [{ router: "udp" }, '--router: expected tcp or nats, got "udp"'],
  [{ servers: "a:1" }, "--servers: only with --router nats"],
  [{ router: "nats", delivery: "twice" }, '--delivery: expected at-most-once or at-least-once, got "twice"'],
  [
    { router: "nats", delivery: "at-least-once", replicas: "6" },
    '--replicas: expected an integer from 1 to 5, got "6"',
  ],
  [{ router: "nats", replicas: "3" }, "--replicas: only with --delivery at-least-once"],
])("refuses %j", (flags, message) => {
  expect(() => chooseNetwork(flags)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", message }));
});

it("says what each flag is for", () => {
  for (const flag of Object.keys(NETWORK_FLAGS)) expect(NETWORK_HELP).toContain(`--${flag} `);
});
