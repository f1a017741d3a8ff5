// A process of the example: `worker.js INVITATION serve`, or `worker.js INVITATION ask NAME PORT`.
import { createDistribution } from "@graphoid/distribution";
import { networkOf } from "@graphoid/example-network";
import { echoRouter } from "./echo-router.ts";
import { serveEcho, serveEchoOverNats } from "./echo-server.ts";

const [invitation = "", role, name = "server", port = "0"] = process.argv.slice(2);
const { natsRouter } = await networkOf(invitation);
await using distribution = await createDistribution({ identity: name, router: "none" });

if (role === "serve") {
  const server = await (natsRouter ? serveEchoOverNats(distribution, natsRouter) : serveEcho(distribution));
  process.send?.({ port: server.port });
  await new Promise((resolve) => process.once("disconnect", resolve));
  await server.close();
} else {
  const { remote, routing } = distribution;
  // Over NATS there is a router already: all that is left to say is that whatever a call is for, it goes to the server.
  routing.register("echo", natsRouter?.(distribution.host, { hostOf: () => "server" }) ?? echoRouter(distribution));
  routing.use("echo", { order: "sender" });
  await routing.init({ host: "127.0.0.1", port: Number(port) });

  const ref = remote.ref({ id: "anyone" });
  const questions = [`hello from ${name}`, { list: [1, 2n, null], when: new Date(0) }, new Set(["a", "b"])];
  for (const answer of await Promise.all(questions.map((question) => ref.request("say", question)))) {
    console.log(`${name} heard`, answer);
  }
}
