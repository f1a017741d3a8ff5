/** Opens connections and keeps them: `idle-dialler.js raw|graphoid PORT COUNT`. */
import { once } from "node:events";
import { connect as netConnect } from "node:net";
import { connect } from "@graphoid/net";
import { PATIENT } from "./names.ts";

const [kind, port, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const atOnce = 100;
const kept: object[] = [];

async function open(): Promise<object> {
  // As patient as the listener: on a busy machine thousands of heartbeats a second would be most of the work.
  if (kind === "graphoid") return connect("127.0.0.1", port, PATIENT);
  const socket = netConnect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

process.on("disconnect", () => process.exit());
for (let opened = 0; opened < count; opened += atOnce) {
  kept.push(...(await Promise.all(Array.from({ length: Math.min(atOnce, count - opened) }, open))));
}
