import { Dealer } from "zeromq";
import type { Handler, Link, System } from "./system.ts";

/** Sends one after the other, as the socket demands; the promise is that of the last. */
function linkOf(socket: Dealer): Link {
  let waiting: Uint8Array[] = [];
  let sending: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const messages = waiting;
      waiting = [];
      for (const message of messages) await socket.send(message);
    }
    sending = undefined;
  };
  return {
    send(message) {
      waiting.push(message);
      sending ??= drain();
      return waiting.length > 1000 ? sending : undefined;
    },
    close: () => socket.close(),
  };
}

async function receiveAll(socket: Dealer, handler: Handler): Promise<void> {
  for await (const [message] of socket) await handler(message!);
}

export const zeromq: System = {
  async serve(connected) {
    const socket = new Dealer({ linger: 0 });
    await socket.bind("tcp://127.0.0.1:*");
    receiveAll(socket, connected(linkOf(socket))).catch(() => {});
    return { address: { endpoint: socket.lastEndpoint } };
  },
  async open(address, handler) {
    const socket = new Dealer({ linger: 0 });
    socket.connect((address as { endpoint: string }).endpoint);
    receiveAll(socket, handler).catch(() => {});
    return linkOf(socket);
  },
};
