import { connectTo, flushEvery, serveBroker } from "../net/nats-system.ts";
import type { CallSystem, Payload } from "./system.ts";

/** Requests with JSON, as its documentation has it; one inbox for all answers, its default. */
export const nats: CallSystem = {
  async serve({ echo, note }) {
    const { port, processId } = await serveBroker();
    const connection = await connectTo(port);
    connection.subscribe("echo", {
      callback: (_error, message) => void message.respond(JSON.stringify(echo(message.json<Payload>()))),
    });
    connection.subscribe("note", { callback: (_error, message) => note(message.json<Payload>()) });
    await connection.flush();
    return { address: { port }, processId };
  },
  async open(address) {
    const connection = await connectTo((address as { port: number }).port);
    let sent = 0;
    return {
      request: async (payload) => (await connection.request("echo", JSON.stringify(payload))).json<Payload>(),
      send(payload) {
        connection.publish("note", JSON.stringify(payload));
        return ++sent % flushEvery === 0 ? connection.flush() : undefined;
      },
      close: () => connection.close(),
    };
  },
};
