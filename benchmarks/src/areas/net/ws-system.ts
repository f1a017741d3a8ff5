import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import type { Handler, Link, System } from "./system.ts";

const highWaterBytes = 512 * 1024;
/** No compression, and no checks of UTF-8: nothing here is text. */
const options = { perMessageDeflate: false, skipUTF8Validation: true } as const;

function linkOf(socket: WebSocket): Link {
  return {
    send(message) {
      if (socket.bufferedAmount < highWaterBytes) {
        socket.send(message);
        return undefined;
      }
      return new Promise((resolve) => socket.send(message, () => resolve()));
    },
    close: () => socket.terminate(),
  };
}

const receiveAll = (socket: WebSocket, handler: Handler): void => {
  socket.on("message", (message: Buffer) => void handler(message));
};

export const webSocket: System = {
  async serve(connected) {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
    server.on("connection", (socket) => receiveAll(socket, connected(linkOf(socket))));
    await once(server, "listening");
    return { address: { port: (server.address() as AddressInfo).port } };
  },
  async open(address, handler) {
    const socket = new WebSocket(`ws://127.0.0.1:${(address as { port: number }).port}`, options);
    receiveAll(socket, handler);
    await once(socket, "open");
    return linkOf(socket);
  },
};
