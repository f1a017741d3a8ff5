import { once } from "node:events";
import { type AddressInfo, createServer, connect as netConnect, type Server, type Socket } from "node:net";
import { encodeHello } from "../src/hello.ts";

/** The hello of a well-behaved peer, as bytes, for tests that then misbehave. */
export function helloBytes(versions: readonly [number, number] = [1, 1], maxMessageBytes = 1_000_000): Uint8Array {
  return encodeHello({
    versions,
    refusal: 0,
    features: 0,
    maxMessageBytes,
    heartbeatMs: 0,
    windowBytes: 0,
    identity: "raw",
    incarnation: "",
    refusalText: "",
  });
}

/** A bare socket that is connected to a port. Errors of it are of no interest to the tests. */
export async function rawConnect(port: number): Promise<Socket> {
  const socket = netConnect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** A bare listener; `serve` gets every socket. */
export async function rawListen(serve: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.add(socket);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A listener that greets, then does `misbehave`. */
export function rawGreeter(misbehave: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  return rawListen((socket) => {
    socket.once("data", () => {
      socket.write(helloBytes());
      misbehave(socket);
    });
  });
}

/** Everything that comes until the socket is closed. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // Not `once` of node:events, which would throw on a reset.
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks);
}

/** The bytes of one frame on the normal lane. */
export function messageFrame(message: Uint8Array, claimedLength: number = message.length): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(((0x11 << 24) | claimedLength) >>> 0);
  return Buffer.concat([header, message]);
}

/** Forwards connections to a port, until told to swallow what goes in one direction or both. Nobody is told. */
export async function blackholeProxy(target: number): Promise<{
  port: number;
  swallow(direction: "to target" | "from target" | "both"): void;
  close(): Promise<void>;
}> {
  let toTarget = true;
  let fromTarget = true;
  const { port, close } = await rawListen((near) => {
    const far = netConnect(target, "127.0.0.1");
    far.on("error", () => {});
    near.on("data", (bytes) => toTarget && far.write(bytes));
    far.on("data", (bytes) => fromTarget && near.write(bytes));
    // Half-dead links pass a reset where they pass bytes.
    near.on("close", () => toTarget && far.destroy());
    far.on("close", () => fromTarget && near.destroy());
  });
  return {
    port,
    swallow(direction) {
      toTarget = direction === "from target";
      fromTarget = direction === "to target";
    },
    close,
  };
}
