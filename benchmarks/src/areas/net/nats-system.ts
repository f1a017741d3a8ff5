import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Handler, Link, System } from "./system.ts";

/** What is used of the package, whose own declarations do not pass our checks of types. */
interface NatsConnection {
  publish(subject: string, data: Uint8Array): void;
  subscribe(
    subject: string,
    options: { callback(error: unknown, message: { readonly data: Uint8Array }): void },
  ): unknown;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const packageName: string = "@nats-io/transport-node";
const { connect } = (await import(packageName)) as {
  connect(options: { readonly servers: string }): Promise<NatsConnection>;
};

/** Core publish has no backpressure: the documented way to wait for the server is `flush`. */
const flushEvery = 4096;

function linkOf(connection: NatsConnection, subject: string): Link {
  let sent = 0;
  return {
    send(message) {
      connection.publish(subject, message);
      return ++sent % flushEvery === 0 ? connection.flush() : undefined;
    },
    close: () => connection.close(),
  };
}

function receiveAll(connection: NatsConnection, subject: string, handler: Handler): void {
  connection.subscribe(subject, { callback: (_error, message) => void handler(message.data) });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** `nats-server` between the two, as it must be. */
export const nats: System = {
  async serve(connected) {
    const port = await freePort();
    const server = spawn("nats-server", ["-a", "127.0.0.1", "-p", String(port)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    process.once("exit", () => server.kill("SIGKILL"));
    for await (const text of server.stderr.setEncoding("utf8")) if (String(text).includes("Server is ready")) break;
    const connection = await connect({ servers: `127.0.0.1:${port}` });
    receiveAll(connection, "there", connected(linkOf(connection, "back")));
    await connection.flush();
    return { address: { port }, processId: server.pid! };
  },
  async open(address, handler) {
    const connection = await connect({ servers: `127.0.0.1:${(address as { port: number }).port}` });
    receiveAll(connection, "back", handler);
    await connection.flush();
    return linkOf(connection, "there");
  },
};
