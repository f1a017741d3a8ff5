// A process of the example: `worker.js serve`, or `worker.js ask NAME PORT`.
import { createDistribution } from "@graphoid/distribution";
import { echoRouter } from "./echo-router.ts";
import { serveEcho } from "./echo-server.ts";

const [role, name = "server", port = "0"] = process.argv.slice(2);
await using distribution = await createDistribution({ identity: name, router: "none" });

if (role === "serve") {
  const server = await serveEcho(distribution);
  process.send?.({ port: server.port });
  await new Promise((resolve) => process.once("disconnect", resolve));
  await server.close();
} else {
  const { remote, routing } = distribution;
  routing.register("echo", echoRouter(distribution));
  routing.use("echo", { order: "sender" });
  await routing.init({ host: "127.0.0.1", port: Number(port) });

  const ref = remote.ref({ id: "anyone" });
  const questions = [`hello from ${name}`, { list: [1, 2n, null], when: new Date(0) }, new Set(["a", "b"])];
  for (const answer of await Promise.all(questions.map((question) => ref.request("say", question)))) {
    console.log(`${name} heard`, answer);
  }
}
