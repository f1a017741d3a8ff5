import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type UdpSocket, udpSocket } from "@graphoid/net";
import type { Handler, Link, System } from "./system.ts";

interface Address {
  readonly port: number;
}

/** Receives all, and answers to where the last datagram came from. */
async function receiveAll(socket: UdpSocket, connected: (link: Link) => Handler): Promise<void> {
  let from = 0;
  const handler = connected({ send: (data) => socket.sendTo(data, "127.0.0.1", from), close: () => socket.close() });
  for await (const [data, source] of socket) {
    from = source.port;
    handler(data)?.catch(() => {});
  }
}

export const graphoidUdp: System = {
  async serve(connected) {
    const socket = await udpSocket(0);
    void receiveAll(socket, connected);
    return { address: { port: socket.port } };
  },
  async open(address, handler) {
    const { port } = address as Address;
    const socket = await udpSocket(0);
    void receiveAll(socket, () => handler);
    return { send: (data) => socket.sendTo(data, "127.0.0.1", port), close: () => socket.close() };
  },
};

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

const sender =
  (socket: Socket, port: () => number) =>
  (data: Uint8Array): undefined => {
    socket.send(data, port(), "127.0.0.1");
  };

export const dgram: System = {
  async serve(connected) {
    const socket = await bound();
    let from = 0;
    const handler = connected({ send: sender(socket, () => from), close: () => void socket.close() });
    socket.on("message", (data, source) => {
      from = source.port;
      void handler(data);
    });
    return { address: { port: socket.address().port } };
  },
  async open(address, handler) {
    const { port } = address as Address;
    const socket = await bound();
    socket.on("message", (data) => void handler(data));
    return { send: sender(socket, () => port), close: () => void socket.close() };
  },
};
