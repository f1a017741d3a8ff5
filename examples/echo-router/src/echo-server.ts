import type { Connection, Distribution, Envelope } from "@graphoid/distribution";
import type { Network } from "@graphoid/example-network";

interface EchoServer {
  /** Where it listens; 0 where it does not. */
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a free port, and answers every request with its own payload. Everything else is left unanswered. */
export async function serveEcho({ net, serialize }: Distribution): Promise<EchoServer> {
  const server = await net.listen("127.0.0.1", 0);
  const echo = async (conn: Connection): Promise<void> => {
    for await (const bytes of conn) {
      const envelope = serialize.fromBytes(bytes) as unknown as Envelope;
      if (envelope.kind === "request") await conn.send(serialize.toBytes({ ...echoOf(envelope) }));
    }
  };
  server.onConnection((conn) => {
    // Whoever sends what cannot be read loses the connection, and nobody else does.
    echo(conn).catch(() => conn.close());
  });
  return server;
}

/** The same over NATS: what comes for this host is not delivered, but answered. */
export async function serveEchoOverNats(
  { host }: Distribution,
  natsRouter: NonNullable<Network["natsRouter"]>,
): Promise<EchoServer> {
  const router = natsRouter({
    ...host,
    deliver: (envelope, source) =>
      envelope.kind === "request" ? Promise.resolve(source?.reply?.(echoOf(envelope))) : undefined,
  });
  await router.init();
  return { port: 0, close: () => router.close() };
}

function echoOf({ id, replyTo, payload }: Envelope): Envelope {
  return { kind: "reply", id, target: replyTo?.id ?? "", message: "", payload, headers: {} };
}
