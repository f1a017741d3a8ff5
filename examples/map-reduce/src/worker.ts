// A worker: `worker.js NAME INVITATION`.
import { serveJobs } from "./host.ts";
import { words } from "./words.ts";

await serveJobs({ words });
