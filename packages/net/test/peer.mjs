// The far end of tests over a network of its own: sends back what it receives, and tells what became of it. `peer.mjs HOST`.
// Runs on the built package.
import { listen } from "@graphoid/net";

const server = await listen(process.argv[2] ?? "127.0.0.1", 0, { allowPlaintext: true });
let ended = "";
server.onConnection(async (connection) => {
  void connection.closed.then(({ code }) => {
    ended = code;
  });
  for await (const message of connection) await connection.send(message);
});
process.on("disconnect", () => process.exit());
process.on("message", () => process.send?.({ ended }));
process.send?.({ port: server.port });
