/** Fails in a way that counts as a test for Node alone, not as a failure. */
export function needsNode(what: string): never {
  throw Object.assign(new Error(`needs Node: ${what}`), { needsNode: what });
}
