// A host of its own process that waits to be dialled, and ends as it is told. Runs on the built packages.
import { createDistribution, net } from "@graphoid/distribution";

const [identity, kind] = process.argv.slice(2);
process.once("disconnect", () => process.exit(1));

if (kind === "host") {
  const d = await createDistribution({ identity, listen: { host: "127.0.0.1", port: 0 } });
  process.send(d.address);
  process.once("message", async () => {
    await d.close();
    process.disconnect();
  });
} else {
  // Closes its connections in good order, and stays.
  const server = await net.listen("127.0.0.1", 0, { identity });
  server.onConnection(async (connection) => {
    process.once("message", () => connection.close({ reason: "not now" }));
    await connection.closed;
  });
  process.send({ host: "127.0.0.1", port: server.port });
}
