import type { Connection, Distribution, Envelope, Server } from "@graphoid/distribution";

/** Listens on a free port, and answers every request with its own payload. Everything else is left unanswered. */
export async function serveEcho({ net, serialize }: Distribution): Promise<Server> {
  const server = await net.listen("127.0.0.1", 0);
  const echo = async (conn: Connection): Promise<void> => {
    for await (const bytes of conn) {
      const envelope = serialize.fromBytes(bytes) as unknown as Envelope;
      if (envelope.kind !== "request") continue;
      const { id, replyTo, payload } = envelope;
      await conn.send(
        serialize.toBytes({ kind: "reply", id, target: replyTo?.id ?? "", message: "", payload, headers: {} }),
      );
    }
  };
  server.onConnection((conn) => {
    // Whoever sends what cannot be read loses the connection, and nobody else does.
    echo(conn).catch(() => conn.close());
  });
  return server;
}
