import type { CallOptions, Envelope, EnvelopeSource, Ref, Registration, Value } from "@graphoid/core";
import { InvalidArgumentError } from "@graphoid/core";
import type { PeerLostError } from "./errors.ts";
import type { ExposeOptions, Exposure, Handler } from "./exposure.ts";
import type { Ref as TypedRef } from "./protocol.ts";
import { createRemote, type Remote, type RemoteOptions, type RemoteStats } from "./remote.ts";
import type { RefInit } from "./remote-ref.ts";
import { randomToken } from "./settings.ts";

let remote: Remote | undefined;

function current(): Remote {
  remote ??= createRemote({ identity: `host-${randomToken()}` });
  return remote;
}

/**
 * Says how the default remote is to be, before its first use or after {@link close}. Without it, it has a random
 * identity and no router: calls to other hosts fail at once with the code `NO_ACTIVE_ROUTER`.
 *
 * @throws InvalidArgumentError if the default remote is in use.
 * @example
 * ```ts
 * import * as remote from "@graphoid/remote";
 *
 * remote.configure({ identity: "node_a" });
 * console.log(remote.ref({ id: "user_123", location: "node_a" }).isLocal()); // true
 * ```
 */
export function configure(options: RemoteOptions): void {
  if (remote !== undefined) {
    throw new InvalidArgumentError("remote.configure: the default remote is in use; configure it first, or close it");
  }
  remote = createRemote(options);
}

/** {@link Remote.ref} of the default remote. */
export function ref(init: RefInit): Ref;
export function ref<P extends object>(init: RefInit): TypedRef<P>;
export function ref(init: RefInit): unknown {
  return current().ref(init);
}

/** {@link Remote.expose} of the default remote. */
export function expose(id: string, target: Handler | Value, options?: ExposeOptions): Exposure {
  return current().expose(id, target, options);
}

/** {@link Remote.deliver} of the default remote. */
export function deliver(envelope: Envelope, source: EnvelopeSource = {}): void {
  current().deliver(envelope, source);
}

/** {@link Remote.createOn} of the default remote. */
export function createOn(location: Value, id: string, value: Value, options?: CallOptions): Promise<Ref> {
  return current().createOn(location, id, value, options);
}

/** {@link Remote.peerLost} of the default remote. */
export function peerLost(peer: string | EnvelopeSource, reason?: unknown): void {
  current().peerLost(peer, reason);
}

/** {@link Remote.monitor} of the default remote. */
export function monitor(target: Ref, fn: (error: PeerLostError) => void): Registration {
  return current().monitor(target, fn);
}

/** {@link Remote.stats} of the default remote. */
export function stats(): RemoteStats {
  return current().stats();
}

/** {@link Remote.close} of the default remote; the next use makes a new one. */
export async function close(): Promise<void> {
  const closing = remote;
  remote = undefined;
  await closing?.close();
}
