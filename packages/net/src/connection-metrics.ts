import type { ConnectionMetrics } from "./connection.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Intake } from "./intake.ts";

/** The counters of a connection, from its parts. */
export function metricsOf(
  writer: FrameWriter,
  { messages, inbox }: Intake,
  bytesReceived: number,
  heartbeat: Heartbeat | undefined,
): ConnectionMetrics {
  return {
    messagesSent: writer.messages,
    messagesReceived: messages,
    bytesSent: writer.bytes,
    bytesReceived,
    sendQueueBytes: writer.queuedBytes,
    receiveQueueMessages: inbox.length,
    receiveQueueBytes: inbox.bytes,
    roundTripMs: heartbeat?.roundTripMs,
  };
}
