// A host of actors: `worker.js NAME SUPERVISOR HOST PORT`.
import { account, teller } from "./bank.ts";
import { serveActors } from "./host.ts";

await serveActors({ account, teller });
