import { invalidArgument } from "@graphoid/core";

/** @throws InvalidArgumentError unless `bytes` is a `Uint8Array` (which a Node `Buffer` is). */
export function checkBytes(call: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw invalidArgument(call, "bytes", "a Uint8Array", bytes);
}
