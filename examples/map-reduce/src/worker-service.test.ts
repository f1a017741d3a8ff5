import { createDistribution } from "@graphoid/distribution";
import { describe, expect, it } from "vitest";
import type { Job, Pair } from "./job.ts";
import { SERVICE, WorkerService } from "./worker-service.ts";

/** Says the longest line of each first letter. */
const longest: Job<string> = {
  map(line): Pair<string>[] {
    if (line === "bad") throw new TypeError("cannot map this");
    return line === "" ? [] : [[line.charAt(0), line]];
  },
  reduce: (_, lines) => lines.reduce((best, line) => (line.length > best.length ? line : best)),
};

describe("a worker", () => {
  it.each([1, 2, 7])("maps, combines and reduces over %i partitions", async (count) => {
    await using distribution = await createDistribution({ identity: "alone", router: "none" });
    distribution.remote.expose(SERVICE, new WorkerService(distribution, { longest }));
    const service = distribution.remote.ref<WorkerService>({ id: SERVICE, location: "alone" });
    const id = { run: "run", job: "longest" };
    await service.request("begin", id);
    const items = [["a", "bb", "", "aaa"], [], ["b", "aa", "c"]];
    const report = await service.request("map", { ...id, reducers: new Array(count).fill("alone") }, { items });
    expect(report).toEqual({ chunks: 3, mapped: 6, sent: 5 });
    const found: Pair[] = [];
    for await (const batch of service.stream("results", "run")) found.push(...batch);
    expect(new Map(found)).toEqual(new Map(Object.entries({ a: "aaa", b: "bb", c: "c" })));
    await service.request("forget", "run");
    await expect(service.request("take", "run")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("says what the job threw, and lets go of its reducers", async () => {
    await using distribution = await createDistribution({ identity: "alone", router: "none" });
    distribution.remote.expose(SERVICE, new WorkerService(distribution, { longest }));
    const service = distribution.remote.ref<WorkerService>({ id: SERVICE, location: "alone" });
    await service.request("begin", { run: "run", job: "longest" });
    const task = { run: "run", job: "longest", reducers: ["alone", "alone"] };
    const mapping = service.request("map", task, { items: [["good"], ["bad"], ["good"]] });
    await expect(mapping).rejects.toMatchObject({ name: "TypeError", message: "cannot map this" });
    await expect
      .poll(() => distribution.remote.stats(), { timeout: 30_000 })
      .toMatchObject({ inFlight: 0, serving: 0 });
  });

  it("refuses a job that it does not know", async () => {
    await using distribution = await createDistribution({ identity: "alone", router: "none" });
    distribution.remote.expose(SERVICE, new WorkerService(distribution, { longest }));
    const service = distribution.remote.ref<WorkerService>({ id: SERVICE, location: "alone" });
    await expect(service.request("begin", { run: "run", job: "other" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
