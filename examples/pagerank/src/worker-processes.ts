import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { workerName } from "./protocol.ts";

/** A process that is gone is noticed within milliseconds; its connection may be noticed first. */
const NOTICE_MS = 1000;
/** How long a worker that was told to stop may take before it is killed. */
const STOP_MS = 2000;

/** The worker processes of a run. None of them outlives it. */
export class WorkerProcesses {
  readonly #children: ChildProcess[] = [];
  #fail: (error: Error) => void = () => {};
  #stopping = false;
  /** Rejects when a worker ends before it was told to. */
  readonly failed: Promise<never> = new Promise((_, reject) => {
    this.#fail = reject;
  });

  constructor() {
    this.failed.catch(() => {}); // It may fail when nobody listens any more.
    process.once("exit", () => this.#killAll());
  }

  /** Starts the worker of a partition and tells it how to reach the coordinator. Returns its process id. */
  start(partition: number, invitation: string): number | undefined {
    const child = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), [String(partition), invitation], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.once("exit", (code, signal) => {
      if (this.#stopping) return;
      const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
      this.#fail(new Error(`${workerName(partition)} (process ${child.pid}) ${how} before the work was done`));
    });
    child.once("error", (error) => this.#fail(error));
    this.#children.push(child);
    return child.pid;
  }

  /** What a worker ended of, which says more than `lost`: that its connection is gone. `lost` itself if none has ended. */
  async failure(lost: unknown): Promise<unknown> {
    const ended = this.failed.catch((error: unknown) => error);
    let timer: NodeJS.Timeout | undefined;
    const none = new Promise((resolve) => {
      timer = setTimeout(() => resolve(lost), NOTICE_MS);
    });
    return Promise.race([ended, none]).finally(() => clearTimeout(timer));
  }

  /** Ends all workers: closing their channel tells them to, and those that do not listen are killed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const running = this.#children.filter((child) => child.exitCode === null && child.signalCode === null);
    const ends = running.map((child) => once(child, "exit"));
    for (const child of running) if (child.connected) child.disconnect();
    const timer = setTimeout(() => this.#killAll(), STOP_MS);
    await Promise.all(ends);
    clearTimeout(timer);
  }

  #killAll(): void {
    for (const child of this.#children) if (child.exitCode === null) child.kill("SIGKILL");
  }
}
