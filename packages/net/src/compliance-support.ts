import assert from "node:assert/strict";
import { isGraphoidError } from "@graphoid/core";
import type { ConnectOptions } from "./connect.ts";
import type { Connection } from "./connection.ts";
import type { ListenOptions, Server } from "./server.ts";

/** One way to connect two ends of this process. The options of the cases go to `listen` and `connect` as they are. */
export interface TransportUnderTest {
  /** Listens somewhere that is free, by the transport. */
  listen(options?: ListenOptions): Promise<Server>;
  /** Connects to a server that {@link TransportUnderTest.listen} made. */
  connect(server: Server, options?: ConnectOptions): Promise<Connection>;
}

/** One thing that every transport must do. */
export interface ComplianceCase {
  readonly name: string;
  /** Rejects with an `AssertionError` when the transport does not do it. Leaves nothing open. */
  run(transport: TransportUnderTest): Promise<void>;
}

/** What a case works with. */
export interface Setup {
  readonly transport: TransportUnderTest;
  /** A server with default options, closed after the case. */
  readonly server: Server;
  /** A further server, closed after the case. */
  listen(options: ListenOptions): Promise<Server>;
  /** Both ends of a new connection, to `server` unless said otherwise. */
  pair(options?: ConnectOptions, server?: Server): Promise<{ here: Connection; there: Connection }>;
}

/** Makes a case that has a server, and closes everything after it. */
export function complianceCase(name: string, body: (setup: Setup) => Promise<void>): ComplianceCase {
  return {
    name,
    async run(transport) {
      const servers: Server[] = [];
      const listen = async (options: ListenOptions): Promise<Server> => {
        const server = await transport.listen(options);
        servers.push(server);
        return server;
      };
      const own = await listen({});
      const pair: Setup["pair"] = async (options, server = own) => {
        const accepted = nextConnection(server);
        const here = await transport.connect(server, options);
        return { here, there: await accepted };
      };
      try {
        await body({ transport, server: own, listen, pair });
      } finally {
        await Promise.all(servers.map((server) => server.close()));
      }
      for (const server of servers) assert.equal(server.connections.size, 0);
    },
  };
}

/** The next connection that a server opens. */
export function nextConnection(server: Server): Promise<Connection> {
  return new Promise((resolve) => {
    const registration = server.onConnection((connection) => {
      registration.dispose();
      resolve(connection);
    });
  });
}

/** Sends back whatever comes to a server. */
export function echo(server: Server): void {
  server.onConnection(async (connection) => {
    for await (const message of connection) await connection.send(message);
  });
}

const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

/** Waits until `condition` holds. Who runs the case limits the time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Waits until a quantity has not changed for a while. */
export async function standstill(quantity: () => number): Promise<void> {
  for (let before = -1; quantity() !== before; ) {
    before = quantity();
    for (let i = 0; i < 40; i++) await turn();
  }
}

/** The error of a promise, which must have this code. */
export async function failure(
  promise: Promise<unknown>,
  code: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<Error> {
  const error = await promise.then(
    () => assert.fail(`expected ${code}, got no error`),
    (reason: unknown) => reason,
  );
  isCode(error, code, details);
  return error;
}

/** Asserts that a value is an error with this code and, among others, these details. */
export function isCode(
  error: unknown,
  code: string,
  details: Readonly<Record<string, unknown>> = {},
): asserts error is Error {
  if (!isGraphoidError(error, code)) assert.fail(`expected an error with the code ${code}, got ${String(error)}`);
  for (const [name, value] of Object.entries(details)) assert.deepEqual(error.details[name], value, `details.${name}`);
}

let longPattern: Uint8Array | undefined;

/** Up to 9 MiB less `seed` bytes without a visible order, others for each seed. */
export function pattern(bytes: number, seed = 0): Uint8Array {
  if (longPattern === undefined) {
    longPattern = new Uint8Array(9 * 1024 * 1024);
    // The generator of C's `rand` (ISO C, 7.22.2).
    for (let i = 0, state = 1; i < longPattern.length; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      longPattern[i] = state >>> 16;
    }
  }
  return longPattern.subarray(seed, seed + bytes);
}

/** Asserts that two runs of bytes are equal, without a comparison of megabytes in the message. */
export function sameBytes(got: Uint8Array, expected: Uint8Array): void {
  assert.equal(got.length, expected.length, "length of a message");
  for (let i = 0; i < got.length; i++) if (got[i] !== expected[i]) assert.fail(`byte ${i} of ${got.length} differs`);
}
