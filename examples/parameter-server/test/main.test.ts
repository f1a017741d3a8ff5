import { fileURLToPath, pathToFileURL } from "node:url";
import { createDistribution } from "@graphoid/distribution";
import { expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";
import { irises, share, WIDTH } from "../src/iris.ts";
import { descend, lossAndGradient } from "../src/logistic-regression.ts";
import { PARAMETERS, ParameterServer, type Vectors } from "../src/parameter-server.ts";
import { train } from "../src/trainer.ts";

const built = (name: string): string => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

it("three workers reach the loss of one process, in step and up to four rounds apart", {
  timeout: 120_000,
}, async () => {
  const { code, out, err } = await runProgram(built("main"));
  expect(err).toBe("");
  expect(code).toBe(0);
  const [alone, inStep, apart] = [...out.matchAll(/loss (\d\.\d+)/g)].map(([, loss]) => Number(loss));
  expect(Math.abs(inStep! - alone!)).toBeLessThan(1e-6);
  expect(Math.abs(apart! - alone!)).toBeLessThan(1e-6);
  expect(out).toMatch(/staleness 0: .* at most 0 rounds ahead/);
  expect(out).toMatch(/staleness 4: .* at most [1-4] rounds ahead/);
  const pids = [...out.matchAll(/processes ([\d, ]+)/g)].flatMap(([, list]) => list!.split(", ").map(Number));
  expect(pids).toHaveLength(6);
  expect(pids.filter(isRunning)).toEqual([]);
});

it("a worker that is killed is left out, and the others go on", { timeout: 120_000 }, async () => {
  const script = pathToFileURL(built("worker"));
  const { steps, weights } = await train(irises(), {
    workers: 3,
    staleness: 1,
    rate: 0.05,
    rounds: 400,
    toil: 1,
    script,
    onStart: (workers) => workers[0]?.kill("SIGKILL"),
  });
  expect(steps).toBeGreaterThanOrEqual(2 * 400);
  expect(steps).toBeLessThan(3 * 400);
  expect(weights.every(Number.isFinite)).toBe(true);
});

it("who is too far ahead waits for the slowest; gradients of other lengths are refused", async () => {
  const listen = { host: "127.0.0.1", port: 0 };
  await using host = await createDistribution({ identity: "server", listen });
  const options = { workers: ["one", "two"], staleness: 1, rate: 0.5 };
  const server = new ParameterServer(host, { a: Float64Array.of(1, 2), b: Float64Array.of(3) }, options);
  const { port } = host.address as { port: number };
  const peers = [{ id: "server", host: "127.0.0.1", port }];
  await using one = await createDistribution({ identity: "one", peers });
  await using two = await createDistribution({ identity: "two", peers });
  const [fast, slow] = [one, two].map(({ remote }) => remote.ref({ id: PARAMETERS, location: "server" }));
  const gradients: Vectors = { a: Float64Array.of(1, 0), b: Float64Array.of(-1) };
  await fast!.request("push", gradients);
  expect(await fast!.request("pull")).toEqual({ a: Float64Array.of(0.5, 2), b: Float64Array.of(3.5) });
  await fast!.request("push", gradients);
  // Two rounds ahead of one that has made none.
  let hasAnswer = false;
  const ahead = fast!.request("pull").then((vectors) => {
    hasAnswer = true;
    return vectors;
  });
  await slow!.request("pull");
  expect(hasAnswer).toBe(false);
  await slow!.request("push", { a: Float64Array.of(0, 0), b: Float64Array.of(1) });
  // The last gradients of both: those for b cancel out.
  expect(await ahead).toEqual({ a: Float64Array.of(-0.5, 2), b: Float64Array.of(4) });
  expect(server.furthestAhead).toBe(1);
  await expect(slow!.request("push", { a: Float64Array.of(1) })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

it("the gradient is that of the loss, and shares of it add up", () => {
  const examples = irises();
  expect(examples.labels.reduce((sum, label) => sum + label, 0)).toBe(50);
  const weights = Float64Array.of(0.3, -0.2, 0.5, 1, -0.7);
  const { loss, gradient } = lossAndGradient(examples, weights);
  for (let i = 0; i <= WIDTH; i++) {
    const moved = weights.with(i, weights[i]! + 1e-6);
    expect((lossAndGradient(examples, moved).loss - loss) / 1e-6).toBeCloseTo(gradient[i]!, 4);
  }
  const parts = [0, 1, 2].map((part) => lossAndGradient(share(examples, part, 3), weights, 150));
  expect(parts.reduce((sum, part) => sum + part.loss, 0)).toBeCloseTo(loss, 12);
  const best = descend(examples, WIDTH, 0.5, 5000);
  expect(Math.max(...lossAndGradient(examples, best).gradient.map(Math.abs))).toBeLessThan(1e-6);
});
