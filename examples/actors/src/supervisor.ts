import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ref, Value } from "@graphoid/distribution";
import type { Member } from "@graphoid/example-network";
import { type ActorSystem, isGone, SERVICE, type Spawn, type Supervision } from "./actor-system.ts";
import type { DirectoryEntry } from "./directory.ts";

/** How a host says that it is there. */
export const SUPERVISOR = "supervisor";

const RESTART: Supervision = { onError: "restart", maxRestarts: 3 };

/**
 * Starts hosts of actors, spreads actors over them, and starts the actors of a host that died on the others. One actor runs
 * under an id at a time as far as anyone is told; the epoch tells the newer of two.
 */
export class Supervisor {
  readonly #system: ActorSystem;
  readonly #hosts = new Map<string, Member>();
  readonly #processes: ChildProcess[] = [];
  readonly #spawned = new Map<string, Spawn>();
  #next = 0;
  #joins: Promise<void> = Promise.resolve();
  readonly #joining = new Map<string, () => void>();
  /** Settled when all that is under way to move actors has come to an end. */
  #moving: Promise<unknown> = Promise.resolve();
  /** How many actors were started again because their host died. */
  moved = 0;

  constructor(system: ActorSystem) {
    this.#system = system;
    system.distribution.remote.expose(SUPERVISOR, {
      // One after the other, so that each meets all before it.
      join: (host: Member) => {
        this.#joins = this.#joins.then(() => this.#join(host));
        return this.#joins;
      },
    });
  }

  /** Starts a process that runs `script` with its name, the supervisor's and an invitation, until it has joined. */
  async startHost(name: string, script: URL): Promise<ChildProcess> {
    const { distribution, network } = this.#system;
    const joined = new Promise<void>((resolve) => this.#joining.set(name, resolve));
    const args = [name, distribution.identity, network.invitation(distribution)];
    const child = fork(fileURLToPath(script), args, { execArgv: [] });
    this.#processes.push(child);
    await joined;
    return child;
  }

  /** Starts an actor on one of the hosts, in turn, or `here`. */
  async spawn(
    id: string,
    behaviour: string,
    parameters: Value = null,
    options: { readonly supervision?: Supervision; readonly here?: boolean } = {},
  ): Promise<Ref> {
    const spawn = { id, behaviour, parameters, supervision: options.supervision ?? RESTART, epoch: 1 };
    if (options.here) {
      await this.#system.run(spawn);
      await this.#announce({ id, host: this.#system.distribution.identity, epoch: 1 });
    } else {
      this.#spawned.set(id, spawn);
      await this.#place(spawn);
    }
    return this.#system.ref(id);
  }

  /** Ends all hosts. */
  async close(): Promise<void> {
    await this.#moving;
    this.#spawned.clear();
    const running = this.#processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ends = running.map((child) => once(child, "exit"));
    for (const child of running) child.disconnect();
    await Promise.all(ends);
  }

  async #join(host: Member): Promise<void> {
    const service = this.#service(host.id);
    this.#system.distribution.remote.monitor(service, () => this.#lost(host.id));
    await service.request("meet", [...this.#hosts.values()]);
    for (const entry of this.#system.directory.all) await service.request("learn", entry);
    this.#hosts.set(host.id, host);
    this.#joining.get(host.id)?.();
  }

  #lost(host: string): void {
    this.#hosts.delete(host);
    const orphans = this.#system.directory.all.filter((entry) => entry.host === host);
    const moves = orphans.map(async ({ id, epoch }) => {
      const spawn = this.#spawned.get(id);
      if (!spawn) return;
      await this.#place({ ...spawn, epoch: epoch + 1 });
      this.moved++;
    });
    this.#moving = Promise.allSettled([this.#moving, ...moves]);
  }

  /** Starts an actor on the next host; when that is lost meanwhile, on the one after it. */
  async #place(spawn: Spawn): Promise<void> {
    const hosts = [...this.#hosts.keys()];
    const host = hosts[this.#next++ % hosts.length];
    if (host === undefined) throw new Error(`no host is left for ${spawn.id}`);
    try {
      await this.#service(host).request("spawn", { ...spawn });
      await this.#announce({ id: spawn.id, host, epoch: spawn.epoch });
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.#place({ ...spawn, epoch: spawn.epoch + 1 });
    }
  }

  async #announce(entry: DirectoryEntry): Promise<void> {
    this.#system.directory.learn(entry);
    // A host that dies before it hears of it needs to hear nothing more.
    await Promise.allSettled([...this.#hosts.keys()].map((host) => this.#service(host).request("learn", { ...entry })));
  }

  #service(host: string): Ref {
    return this.#system.distribution.remote.ref({ id: SERVICE, location: host });
  }
}
