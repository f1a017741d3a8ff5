import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../../../scripts/testing/certificates.ts";
import { type Connection, type ConnectOptions, connect, listen, memoryTransport, type Server } from "../src/index.ts";
import type { TransportUnderTest } from "../src/testing.ts";
import { webSocketTransport } from "../src/websocket.ts";

const authority = makeCertificate({ name: "test authority", isAuthority: true });
const certificate = makeCertificate({ name: "server", hosts: ["127.0.0.1", "localhost"], issuer: authority });
let sockets = 0;

/** Every transport of the package, for tests that hold for all of them. */
export function transportsUnderTest(): readonly (TransportUnderTest & { readonly name: string })[] {
  const memory = memoryTransport();
  const webSocket = webSocketTransport();
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
      name: "WebSocket",
      listen: (options) => listen("127.0.0.1", 0, { ...options, transport: webSocket }),
      connect: (server, options = {}) => toServer(server, { ...options, transport: webSocket }),
    },
    {
      name: "WebSocket over TLS",
      listen: (options) =>
        listen("127.0.0.1", 0, {
          ...options,
          transport: webSocket,
          tls: { key: certificate.key, cert: certificate.cert },
        }),
      connect: (server, options = {}) =>
        toServer(server, { ...options, transport: webSocket, tls: { ca: authority.cert } }),
    },
    {
      name: "memory",
      listen: (options) => listen("127.0.0.1", 0, { ...options, transport: memory }),
      connect: (server, options = {}) => toServer(server, { ...options, transport: memory }),
    },
  ];
}
