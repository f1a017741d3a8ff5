export type { LinkReport } from "./link-rates.ts";
export { type Inspector, type InspectorOptions, serveInspector } from "./server.ts";
