import { fileURLToPath } from "node:url";
import type { Call, Value } from "@graphoid/distribution";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";
import { COORDINATOR, Coordinator } from "../src/coordinator.ts";
import { readCorpus } from "../src/corpus.ts";
import { Table } from "../src/job.ts";
import { words } from "../src/words.ts";
import { type RunId, SERVICE, STREAM_WINDOW, WorkerService } from "../src/worker-service.ts";

const built = (name: string): URL => new URL(`../dist/${name}.js`, import.meta.url);

it("the words of a book over three processes are counted as in one", { timeout: 120_000 }, async () => {
  const { code, out, err } = await runProgram(fileURLToPath(built("main")));
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(out).toMatch(/^most frequent: the 4199, of 2702, a 1966,/m);
  expect(out).toContain("11127 different words, counted as in one process");
  const pids = [...out.matchAll(/process (\d+)$/gm)].map(([, pid]) => Number(pid));
  expect(new Set(pids).size).toBe(3);
  for (const pid of pids) expect(isRunning(pid)).toBe(false);
});

describe("three workers", { timeout: 120_000 }, () => {
  const chunkLines = 10;
  const others = ["worker_0", "worker_2"];
  const lines: string[] = [];
  let counted: Map<string, number>;
  let coordinator: Coordinator;
  let service: WorkerService;
  beforeAll(async () => {
    const table = new Table(words);
    for await (const line of readCorpus()) {
      lines.push(line);
      for (const pair of words.map(line)) table.add(pair);
      if (lines.length === 4000) break;
    }
    counted = new Map(table.pairs);
    coordinator = await Coordinator.start(3, built("worker"));
    service = new WorkerService(coordinator.distribution, { words });
  }, 120_000);
  afterAll(() => coordinator.close());

  /** The lines; `onChunk` is told how many chunks have been asked for. */
  function* watched(onChunk: (chunks: number) => void): Generator<string> {
    for (const [i, line] of lines.entries()) {
      if (i % chunkLines === 0) onChunk(i / chunkLines + 1);
      yield line;
    }
  }

  it("what is under way stays bounded while one of three reducers holds back", async () => {
    // This process reduces too, and takes nothing until it is let go.
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    async function* later(items: AsyncIterable<Value>): AsyncGenerator<Value> {
      for await (const item of items) {
        await held;
        yield item;
      }
    }
    using _ = coordinator.distribution.remote.expose(SERVICE, {
      begin: (id: RunId) => service.begin(id),
      take: (run: string, { items }: Call) => service.take(run, { items: later(items) }),
      results: (run: string) => service.results(run),
      forget: (run: string) => service.forget(run),
    });
    let asked = 0;
    const corpus = watched((chunks) => {
      asked = chunks;
    });
    const mappers = [...coordinator.workers.keys()];
    const reducers = [...others, COORDINATOR];
    const running = coordinator.run<number>("words", corpus, { mappers, reducers, chunkLines });

    // Until nothing more is asked for, however often everybody gets a turn.
    const refs = mappers.map((location) => coordinator.distribution.remote.ref({ id: SERVICE, location }));
    for (let seen = -1, quiet = 0; quiet < 20 || asked === 0; quiet = asked === seen ? quiet + 1 : 0) {
      seen = asked;
      await Promise.all(refs.map((ref) => ref.request("forget", "another run")));
    }
    // Of each mapper: a window on the way to it, one on the way to the reducer, and what is in hand at the ends and between.
    expect(asked).toBeLessThanOrEqual(mappers.length * (2 * STREAM_WINDOW + 4));
    expect(asked).toBeLessThan(lines.length / chunkLines / 8);

    letGo();
    const { results, mappers: reports } = await running;
    expect(results).toEqual(counted);
    expect(asked).toBe(Math.ceil(lines.length / chunkLines));
    expect([...reports.values()].reduce((sum, { chunks }) => sum + chunks, 0)).toBe(asked);
  });

  it("an error of the job is that of the run", async () => {
    await expect(coordinator.run("letters", lines)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("there is no job letters"),
    });
  });

  it("an error of the input is that of the run", async () => {
    const corpus = watched((chunks) => {
      if (chunks === 20) throw new RangeError("the book has no more pages");
    });
    await expect(coordinator.run("words", corpus, { chunkLines })).rejects.toThrow("the book has no more pages");
  });

  it("a worker that is killed fails the run, and the others can do it again", async () => {
    const killed = coordinator.workers.get("worker_1");
    const corpus = watched((chunks) => {
      if (chunks === 20) killed?.kill("SIGKILL");
    });
    await expect(coordinator.run("words", corpus, { chunkLines })).rejects.toMatchObject({
      code: "PEER_LOST",
      peer: "worker_1",
    });
    // Nobody takes its place.
    await expect(coordinator.run("words", lines)).rejects.toMatchObject({ code: "PEER_LOST", peer: "worker_1" });
    const { results } = await coordinator.run<number>("words", lines, { mappers: others, reducers: others });
    expect(results).toEqual(counted);
  });
});
