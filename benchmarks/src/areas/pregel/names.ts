export const ONE = "1 worker";
export const TWO = "2 workers";
export const GRAPHOLOGY = "graphology-metrics";
export const LIMIT = "12 bytes a message";
