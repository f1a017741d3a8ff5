// A worker: `worker.js NAME HOST PORT`.
import { serveJobs } from "./host.ts";
import { words } from "./words.ts";

await serveJobs({ words });
