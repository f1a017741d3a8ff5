// A host of actors: `worker.js NAME SUPERVISOR INVITATION`.
import { account, teller } from "./bank.ts";
import { serveActors } from "./host.ts";

await serveActors({ account, teller });
