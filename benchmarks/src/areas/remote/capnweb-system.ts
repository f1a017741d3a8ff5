import { once } from "node:events";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import type { CallSystem, Handlers, Payload } from "./system.ts";

/** What is used of the package, whose own declarations do not pass our checks of types. */
interface CapnWeb {
  readonly RpcTarget: new () => object;
  newWebSocketRpcSession(socket: WebSocket, main?: object): object;
}

const require = createRequire(import.meta.url);
const { newWebSocketRpcSession, RpcTarget } = require("capnweb") as CapnWeb;
// It looks at a constant of the class, which Node has since version 22.
(globalThis as { WebSocket?: unknown }).WebSocket ??= WebSocket;

const options = { perMessageDeflate: false, skipUTF8Validation: true } as const;
/** A call without an answer has no backpressure: now and then one is awaited. */
const waitEvery = 1_024;

class Peer extends RpcTarget {
  readonly #handlers: Handlers;

  constructor(handlers: Handlers) {
    super();
    this.#handlers = handlers;
  }

  echo(payload: Payload): Payload {
    return this.#handlers.echo(payload);
  }

  note(payload: Payload): void {
    this.#handlers.note(payload);
  }
}

interface Api extends Disposable {
  echo(payload: Payload): Promise<Payload>;
  note(payload: Payload): Promise<void> & Disposable;
}

export const capnweb: CallSystem = {
  async serve(handlers) {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
    server.on("connection", (socket) => void newWebSocketRpcSession(socket, new Peer(handlers)));
    await once(server, "listening");
    return { address: { port: (server.address() as AddressInfo).port } };
  },
  async open(address) {
    const socket = new WebSocket(`ws://127.0.0.1:${(address as { port: number }).port}`, options);
    await once(socket, "open");
    const api = newWebSocketRpcSession(socket) as Api;
    let sent = 0;
    return {
      request: (payload) => api.echo(payload),
      send(payload) {
        const called = api.note(payload);
        if (++sent % waitEvery === 0) return called;
        // Never awaited, so that no answer is asked for.
        called[Symbol.dispose]();
        return undefined;
      },
      close: () => socket.terminate(),
    };
  },
};
