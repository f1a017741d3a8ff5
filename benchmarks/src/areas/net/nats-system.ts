import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Handler, Link, System } from "./system.ts";

/** What is used of the package, whose own declarations do not pass our checks of types. */
export interface NatsConnection {
  publish(subject: string, data: Uint8Array | string): void;
  subscribe(subject: string, options: { callback(error: unknown, message: NatsMessage): void }): unknown;
  request(subject: string, data: Uint8Array | string): Promise<NatsMessage>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface NatsMessage {
  readonly data: Uint8Array;
  json<T>(): T;
  respond(data: Uint8Array | string): boolean;
}

const packageName: string = "@nats-io/transport-node";
const { connect } = (await import(packageName)) as {
  connect(options: { readonly servers: string }): Promise<NatsConnection>;
};

/** Core publish has no backpressure: the documented way to wait for the server is `flush`. */
export const flushEvery = 4096;

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

/** Starts `nats-server` with these further arguments. It ends with this process. */
export async function serveBroker(
  ...more: readonly string[]
): Promise<{ readonly port: number; readonly processId: number }> {
  const port = await freePort();
  const server = spawn("nats-server", ["-a", "127.0.0.1", "-p", String(port), ...more], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  process.once("exit", () => server.kill("SIGKILL"));
  for await (const text of server.stderr.setEncoding("utf8")) if (String(text).includes("Server is ready")) break;
  return { port, processId: server.pid as number };
}

export function connectTo(port: number): Promise<NatsConnection> {
  return connect({ servers: `127.0.0.1:${port}` });
}

/** `nats-server` between the two, as it must be. */
export const nats: System = {
  async serve(connected) {
    const { port, processId } = await serveBroker();
    const connection = await connectTo(port);
    receiveAll(connection, "there", connected(linkOf(connection, "back")));
    await connection.flush();
    return { address: { port }, processId };
  },
  async open(address, handler) {
    const connection = await connectTo((address as { port: number }).port);
    receiveAll(connection, "back", handler);
    await connection.flush();
    return linkOf(connection, "there");
  },
};
