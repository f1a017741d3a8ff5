/**
 * `@graphoid/net/testing`: what every {@link Transport} must do, as cases for any test runner.
 *
 * @module
 */
import { endCases } from "./compliance-ends.ts";
import { messageCases } from "./compliance-messages.ts";
import { serverCases } from "./compliance-servers.ts";
import type { ComplianceCase, TransportUnderTest } from "./compliance-support.ts";
import { connect } from "./connect.ts";
import { listen } from "./server.ts";
import type { Transport } from "./transport.ts";

export type { ComplianceCase, TransportUnderTest } from "./compliance-support.ts";

/**
 * The compliance suite: whole messages in order, lanes, backpressure, orderly ends, limits, other framings. A case is
 * over within seconds; the test runner limits its time.
 *
 * @example
 * ```ts no-run
 * import { memoryTransport } from "@graphoid/net";
 * import { complianceCases, onTransport } from "@graphoid/net/testing";
 * import { test } from "node:test";
 *
 * for (const { name, run } of complianceCases) test(name, () => run(onTransport(memoryTransport())));
 * ```
 */
export const complianceCases: readonly ComplianceCase[] = [...messageCases, ...endCases, ...serverCases];

/** A transport under test that listens on a free port of `host` (default: 127.0.0.1). */
export function onTransport(transport: Transport, host = "127.0.0.1"): TransportUnderTest {
  return {
    listen: (options) => listen(host, 0, { ...options, transport }),
    connect: (server, options) => connect(server.address, { ...options, transport }),
  };
}
