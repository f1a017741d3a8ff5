import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Served } from "./system.ts";

/** What the peer is to do with messages: send them back, or count them and tell when so many came. */
export type Task = { readonly kind: "echo" } | { readonly kind: "count"; readonly messages: number };

export type PeerRequest = { readonly system: string } | Task | { readonly kind: "cpu" };
export type PeerReply = Served | { readonly ready: true } | { readonly cpuMs: number } | { readonly counted: number };

const clockTicksPerSecond = 100;

/** The CPU time so far of a process that is not ours to ask. */
function cpuMsOf(processId: number): number {
  // After the name in parentheses: fields 14 and 15 of proc(5), user and system time in clock ticks.
  const fields = readFileSync(`/proc/${processId}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicksPerSecond;
}

/** The other process of a measurement. It ends with this one. */
export class PeerProcess {
  readonly #child: ChildProcess;
  #served!: Served;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(
    system: string,
    program: URL = new URL("./peer-process.js", import.meta.url),
  ): Promise<PeerProcess> {
    const child = fork(fileURLToPath(program), [], { execArgv: [] });
    const peer = new PeerProcess(child);
    peer.#served = (await peer.#ask({ system })) as Served;
    // It must not keep this process alive.
    child.unref();
    child.channel?.unref();
    return peer;
  }

  get address(): object {
    return this.#served.address;
  }

  async setTask(task: Task): Promise<void> {
    await this.#ask(task);
  }

  /** Resolves once the peer has counted all messages of its task. */
  async counted(): Promise<number> {
    return ((await this.#reply()) as { counted: number }).counted;
  }

  /** CPU time so far of this process, the peer's, and that of whatever is between them. */
  async cpuMs(): Promise<number> {
    const { cpuMs } = (await this.#ask({ kind: "cpu" })) as { cpuMs: number };
    const own = process.cpuUsage();
    const between = this.#served.processId === undefined ? 0 : cpuMsOf(this.#served.processId);
    return cpuMs + between + (own.user + own.system) / 1000;
  }

  #ask(request: PeerRequest): Promise<PeerReply> {
    const reply = this.#reply();
    this.#child.send(request);
    return reply;
  }

  async #reply(): Promise<PeerReply> {
    this.#child.ref();
    this.#child.channel?.ref();
    const [reply] = (await once(this.#child, "message")) as [PeerReply];
    this.#child.unref();
    this.#child.channel?.unref();
    return reply;
  }
}
