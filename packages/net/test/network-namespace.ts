import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { missing } from "./missing.ts";

function run(...words: readonly string[]): boolean {
  const [program, ...args] = words;
  return spawnSync(program!, args, { stdio: "ignore" }).status === 0;
}

/** Whether networks can be made here: that takes root, iproute2 and nftables. */
export function canMakeNetworks(): boolean {
  const name = `graphoid-try-${process.pid}`;
  const can =
    process.platform === "linux" &&
    process.getuid?.() === 0 &&
    run("ip", "netns", "add", name) &&
    run("nft", "--version");
  run("ip", "netns", "del", name);
  if (!can) missing("root with iproute2 and nftables", "networks that lose packets or are slow");
  return can;
}

/**
 * A network of two machines: this one, and a namespace in which a child of this process runs `peer.mjs`. A wire
 * between them can be made to drop packets and to be slow.
 */
export class NetworkNamespace {
  readonly #name: string;
  readonly #wire: string;
  readonly host: string;
  #child!: ChildProcess;
  port = 0;

  /** `number` from 1 to 254 tells the networks of a run apart. */
  constructor(number: number) {
    const id = `${process.pid % 10_000}${number}`;
    this.#name = `graphoid-${id}`;
    this.#wire = `gw${id}`;
    // A range for documentation (RFC 5737), four addresses for each wire.
    this.host = `198.51.100.${number * 4 + 2}`;
  }

  async start(): Promise<this> {
    const near = this.host.replace(/\d+$/, (last) => String(Number(last) - 1));
    const inside = ["ip", "-n", this.#name] as const;
    this.#must("ip", "netns", "add", this.#name);
    this.#must("ip", "link", "add", this.#wire, "type", "veth", "peer", "name", "far", "netns", this.#name);
    this.#must("ip", "addr", "add", `${near}/30`, "dev", this.#wire);
    this.#must("ip", "link", "set", this.#wire, "up");
    this.#must(...inside, "addr", "add", `${this.host}/30`, "dev", "far");
    this.#must(...inside, "link", "set", "far", "up");
    this.#must(...inside, "link", "set", "lo", "up");
    this.#child = fork(fileURLToPath(new URL("./peer.mjs", import.meta.url)), [this.host], {
      execPath: "ip",
      execArgv: ["netns", "exec", this.#name, process.execPath],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [{ port }] = (await once(this.#child, "message")) as [{ port: number }];
    this.port = port;
    return this;
  }

  /** What the peer answers to a question. */
  async ask<T>(question: string): Promise<T> {
    const answer = once(this.#child, "message") as Promise<[T]>;
    this.#child.send(question);
    return (await answer)[0];
  }

  /** Drops this share of the packets that leave the peer, that reach it, or both. 1 cuts the wire without a word. */
  drop(share: number, direction: "from peer" | "to peer" | "both"): void {
    this.#nft("add table inet bad");
    const rule = share === 1 ? "drop" : `numgen random mod 1000 < ${Math.round(share * 1000)} drop`;
    for (const [hook, when] of [
      ["output", "from peer"],
      ["input", "to peer"],
    ] as const) {
      if (direction !== "both" && direction !== when) continue;
      this.#nft(`add chain inet bad ${hook} { type filter hook ${hook} priority 0 ; }`);
      this.#nft(`add rule inet bad ${hook} ${rule}`);
    }
  }

  /** Lets no more than this through, both ways. */
  limit(rate: string): void {
    const shape = ["root", "tbf", "rate", rate, "burst", "16kb", "latency", "400ms"] as const;
    this.#must("tc", "qdisc", "add", "dev", this.#wire, ...shape);
    this.#must("tc", "-n", this.#name, "qdisc", "add", "dev", "far", ...shape);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGKILL");
      await once(this.#child, "exit");
    }
    run("ip", "link", "del", this.#wire);
    run("ip", "netns", "del", this.#name);
  }

  #nft(rule: string): void {
    this.#must("ip", "netns", "exec", this.#name, "nft", rule);
  }

  #must(...words: readonly string[]): void {
    if (!run(...words)) throw new Error(`failed: ${words.join(" ")}`);
  }
}
