import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { serveBroker } from "../net/nats-system.ts";
import type { CallSystem, Payload } from "./system.ts";

/** How many publishes are under way before the promise of one is awaited. */
const publishesAtATime = 256;

/** What `nats-server` takes to keep messages, in a folder that goes with this process. */
export function storeArguments(): string[] {
  const folder = mkdtempSync(join(tmpdir(), "graphoid-jetstream-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return ["-js", "-sd", folder];
}

/** Publishes with ids, so that the server drops what comes twice, and a durable consumer that acknowledges. */
export const jetStream: CallSystem = {
  async serve({ note }) {
    const { port, processId } = await serveBroker(...storeArguments());
    const connection = await connect({ servers: `127.0.0.1:${port}` });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: "bench", subjects: ["note"], retention: RetentionPolicy.Workqueue });
    const ackPolicy = { ack_policy: AckPolicy.Explicit, max_ack_pending: 20_000 };
    await manager.consumers.add("bench", { durable_name: "far", ...ackPolicy });
    const consumer = await jetstream(connection).consumers.get("bench", "far");
    await consumer.consume({
      max_messages: 1_000,
      callback(message) {
        note(message.json<Payload>());
        message.ack();
      },
    });
    return { address: { port }, processId };
  },
  async open(address) {
    const connection = await connect({ servers: `127.0.0.1:${(address as { port: number }).port}` });
    const client = jetstream(connection);
    const run = crypto.randomUUID();
    let sent = 0;
    let kept: Promise<unknown> | undefined;
    return {
      request: () => Promise.reject(new Error("JetStream has no requests")),
      send(payload) {
        kept = client.publish("note", JSON.stringify(payload), { msgID: `${run}-${sent}` });
        return ++sent % publishesAtATime === 0 ? kept : undefined;
      },
      async close() {
        await kept;
        await connection.close();
      },
    };
  },
};
