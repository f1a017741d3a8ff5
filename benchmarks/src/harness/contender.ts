import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Reply, Request } from "./protocol.ts";
import type { Sample } from "./row.ts";

/** A contender gave a wrong result or threw: the bench fails. */
class ContenderError extends Error {
  override readonly name = "ContenderError";
}

/** A contender ran out of memory or time: for a peer this is a result, with the figures in the message. */
export class ContenderExhausted extends Error {
  override readonly name = "ContenderExhausted";
}

export interface ContenderOptions {
  readonly name: string;
  readonly heapMegabytes: number;
  readonly limitMs: number;
  /** Directory for V8 CPU profiles of this process. */
  readonly profileDirectory?: string;
}

/** A contender in a process of its own, driven one request at a time. */
export class ContenderHandle {
  readonly #options: ContenderOptions;
  readonly #child: ChildProcess;
  #stderr = "";
  #busy = false;

  constructor(options: ContenderOptions) {
    this.#options = options;
    const execArgv = ["--expose-gc", `--max-old-space-size=${options.heapMegabytes}`];
    if (options.profileDirectory !== undefined) {
      execArgv.push("--cpu-prof", `--cpu-prof-dir=${options.profileDirectory}`);
    }
    const program = fileURLToPath(new URL("./contender-process.js", import.meta.url));
    this.#child = fork(program, [], {
      execArgv,
      serialization: "advanced",
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
  }

  async setUp(request: Omit<Extract<Request, { kind: "setup" }>, "kind">): Promise<void> {
    await this.#ask({ kind: "setup", ...request });
  }

  async sample(measure: string): Promise<Sample> {
    return ((await this.#ask({ kind: "sample", measure })) as Extract<Reply, { kind: "sample" }>).sample;
  }

  /** Ends the process and waits until it has gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    // An idle process leaves by itself when its channel closes, and then still writes its profile.
    if (this.#child.connected && !this.#busy) this.#child.disconnect();
    else this.#child.kill("SIGKILL");
    await gone;
  }

  async #ask(request: Request): Promise<Reply> {
    const { name, heapMegabytes, limitMs } = this.#options;
    const started = performance.now();
    this.#busy = true;
    const reply = await new Promise<Reply>((resolve, reject) => {
      const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
      const timer = setTimeout(() => {
        settle();
        this.#child.kill("SIGKILL");
        reject(new ContenderExhausted(`did not finish within ${seconds()} s`));
      }, limitMs);
      const onMessage = (message: unknown): void => {
        settle();
        this.#busy = false;
        resolve(message as Reply);
      };
      const onExit = (code: number | null, signal: string | null): void => {
        settle();
        if (/heap out of memory|heap limit|invalid table size/i.test(this.#stderr)) {
          reject(new ContenderExhausted(`out of memory with a heap of ${heapMegabytes} MB after ${seconds()} s`));
        } else {
          reject(new ContenderError(`${name}: the process ended (${signal ?? code}) ${this.#stderr}`));
        }
      };
      const settle = (): void => {
        clearTimeout(timer);
        this.#child.off("message", onMessage);
        this.#child.off("exit", onExit);
      };
      this.#child.once("message", onMessage);
      this.#child.once("exit", onExit);
      this.#child.send(request);
    });
    if (reply.kind === "error") throw new ContenderError(`${name}: ${reply.message}`);
    return reply;
  }
}
