import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Connection,
  type ConnectOptions,
  connect,
  type ListenOptions,
  listen,
  memoryTransport,
  type Server,
} from "../src/index.ts";
import { makeCertificate } from "./certificates.ts";

/** One way to connect two ends, for tests that hold for all of them. */
export interface TransportUnderTest {
  readonly name: string;
  listen(options?: ListenOptions): Promise<Server>;
  connect(server: Server, options?: ConnectOptions): Promise<Connection>;
}

const authority = makeCertificate({ name: "test authority", isAuthority: true });
const certificate = makeCertificate({ name: "server", hosts: ["127.0.0.1", "localhost"], issuer: authority });
let sockets = 0;

export function transportsUnderTest(): readonly TransportUnderTest[] {
  const memory = memoryTransport();
  const toServer = (server: Server, options: ConnectOptions): Promise<Connection> =>
    connect("127.0.0.1", server.port, options);
  return [
    {
      name: "tcp",
      listen: (options) => listen("127.0.0.1", 0, options),
      connect: (server, options = {}) => toServer(server, options),
    },
    {
      name: "unix",
      listen: (options) => {
        const path = join(tmpdir(), `graphoid-net-${process.pid}-${sockets++}.sock`);
        rmSync(path, { force: true });
        return listen({ path }, options);
      },
      connect: (server, options = {}) => connect(server.address, options),
    },
    {
      name: "tls",
      listen: (options) =>
        listen("127.0.0.1", 0, { ...options, tls: { key: certificate.key, cert: certificate.cert } }),
      connect: (server, options = {}) => toServer(server, { ...options, tls: { ca: authority.cert } }),
    },
    {
      name: "memory",
      listen: (options) => listen("127.0.0.1", 0, { ...options, transport: memory }),
      connect: (server, options = {}) => toServer(server, { ...options, transport: memory }),
    },
  ];
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

/** Both ends of a new connection. */
export async function pairOf(
  transport: TransportUnderTest,
  server: Server,
  options?: ConnectOptions,
): Promise<{ here: Connection; there: Connection }> {
  const accepted = nextConnection(server);
  const here = await transport.connect(server, options);
  return { here, there: await accepted };
}

/** Waits until `condition` holds. The test's own time limit is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until a quantity has not changed for a while. */
export async function standstill(quantity: () => number): Promise<void> {
  for (let before = -1; quantity() !== before; ) {
    before = quantity();
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const longPattern = (() => {
  const bytes = new Uint8Array(9 * 1024 * 1024);
  for (let i = 0, state = 1; i < bytes.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
})();

/** Bytes without a visible order, others for each seed. */
export function pattern(bytes: number, seed = 0): Uint8Array {
  return longPattern.subarray(seed, seed + bytes);
}
