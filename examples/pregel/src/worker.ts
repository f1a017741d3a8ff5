// A worker of the example: `worker.js NAME INVITATION`.
import { components, pageRank, shortestPaths } from "./programs.ts";
import { servePregel } from "./worker-service.ts";

await servePregel({ pageRank, components, shortestPaths });
