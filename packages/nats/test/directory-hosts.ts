import type { PeerReport } from "@graphoid/core";
import { vi } from "vitest";
import type { DirectoryChange, NatsDirectory } from "../src/directory.ts";
import { type DirectoryOptions, joinDirectory } from "../src/directory-join.ts";

/** A host in a directory, with all that it was told. */
export interface Member extends AsyncDisposable {
  readonly directory: NatsDirectory;
  readonly reports: PeerReport[];
  readonly changes: DirectoryChange[];
  /** The states that `id` was reported in, in their order. */
  states(id: string): string[];
}

/** What a member is made with, but for its host. */
export type MemberOptions = Omit<DirectoryOptions, "host"> & { readonly incarnation?: string };

let runs = 0;

/** So short that a test can wait for silence. A slow machine may suspect hosts for no reason then. */
export const SHORT_TTL_MS = 1_500;

/** Joins a directory as `identity`. A slow machine does not matter unless `ttlMs` is given. */
export async function member(identity: string, options: MemberOptions): Promise<Member> {
  const reports: PeerReport[] = [];
  const changes: DirectoryChange[] = [];
  const { incarnation = `run-${++runs}`, ...rest } = options;
  const host = { identity, incarnation, reportPeer: (report: PeerReport) => void reports.push(report) };
  const directory = await joinDirectory({ ttlMs: 60_000, storage: "memory", ...rest, host });
  directory.onChange((change) => changes.push(change));
  return {
    directory,
    reports,
    changes,
    states: (id) => reports.filter((report) => report.id === id).map(({ state }) => state),
    [Symbol.asyncDispose]: () => directory.close(),
  };
}

/** Waits until `check` does not throw. */
export function until<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 60_000, interval: 20 });
}
