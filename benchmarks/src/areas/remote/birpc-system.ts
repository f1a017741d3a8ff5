import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createBirpc } from "birpc";
import { WebSocket, WebSocketServer } from "ws";
import type { CallSystem, Handlers } from "./system.ts";

const options = { perMessageDeflate: false, skipUTF8Validation: true } as const;

/** As its documentation has it for WebSockets: JSON. Without proxies, which cost. */
const channel = (socket: WebSocket) => ({
  post: (data: string) => socket.send(data),
  on: (fn: (data: unknown) => void) => void socket.on("message", fn),
  serialize: (value: unknown) => JSON.stringify(value),
  deserialize: (data: unknown) => JSON.parse(String(data)) as unknown,
  timeout: -1,
});

export const birpc: CallSystem = {
  async serve({ echo, note }) {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
    server.on("connection", (socket) => void createBirpc<object, Handlers>({ echo, note }, channel(socket)));
    await once(server, "listening");
    return { address: { port: (server.address() as AddressInfo).port } };
  },
  async open(address) {
    const socket = new WebSocket(`ws://127.0.0.1:${(address as { port: number }).port}`, options);
    await once(socket, "open");
    const rpc = createBirpc<Handlers, object, false>({}, { ...channel(socket), proxify: false });
    return {
      request: (payload) => rpc.$call("echo", payload),
      send(payload) {
        void rpc.$callEvent("note", payload);
        return undefined;
      },
      close: () => socket.terminate(),
    };
  },
};
