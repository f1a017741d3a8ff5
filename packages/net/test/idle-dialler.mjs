// Opens sockets that say nothing, and tells when it has: `idle-dialler.mjs PORT COUNT`.
import { once } from "node:events";
import { connect } from "node:net";

const [port, count] = process.argv.slice(2).map(Number);
const atOnce = 100;

async function open() {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
}

process.on("disconnect", () => process.exit());
for (let opened = 0; opened < count; opened += atOnce) await Promise.all(Array.from({ length: atOnce }, open));
process.send?.("all");
