import type { Connection, Distribution, Envelope, Router } from "@graphoid/distribution";

/** Where the echo server listens: what `routing.init` is given. */
export interface EchoConfig {
  readonly host: string;
  readonly port: number;
}

/** A router that knows one way only: to an echo server, whatever a call is for. */
export function echoRouter({ net, routing, serialize }: Distribution): Router<EchoConfig> {
  let conn: Connection | undefined;
  return {
    // What the connection promises, so that `routing.use("echo", { order: "sender" })` may ask for it.
    guarantees: { order: "sender", delivery: "at-most-once" },

    async init({ host, port }) {
      conn = await net.connect(host, port);
      void receiveAll(conn, routing);
    },

    async route(ref, envelope) {
      if (conn === undefined) throw new Error(`no connection for ${ref.id}: call routing.init first`);
      await conn.send(serialize.toBytes({ ...envelope }));
    },

    receive(bytes, source) {
      // A claim only: `deliver` refuses what is no envelope.
      routing.deliver(serialize.fromBytes(bytes) as unknown as Envelope, source);
    },

    async close() {
      await conn?.close();
    },
  };
}

async function receiveAll(conn: Connection, routing: Distribution["routing"]): Promise<void> {
  try {
    for await (const bytes of conn) await routing.receive(bytes, { identity: "echo" });
  } catch (error) {
    // The calls that wait for an answer end by their deadlines, and say so.
    console.error(`echo: ${String(error)}`);
    await conn.close();
  }
}
