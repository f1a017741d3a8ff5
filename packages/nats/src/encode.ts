import type { Envelope } from "@graphoid/core";
import { UnavailableError } from "./errors.ts";
import type { RouterSettings } from "./options.ts";

/**
 * An envelope as bytes.
 *
 * @throws UnavailableError when it is larger than may travel, and whatever the host's `encode` throws.
 */
export function encode({ host, maxMessageBytes }: RouterSettings, envelope: Envelope): Uint8Array {
  const bytes = host.encode(envelope);
  if (bytes.length <= maxMessageBytes) return bytes;
  throw new UnavailableError(`nats router: a message of ${bytes.length} bytes, and at most ${maxMessageBytes} travel`);
}
