import { describe, isGraph } from "@graphoid/core";

/**
 * The way from `root` to `culprit`, such as `.users[3].name`, for an error message; `undefined` when it is not found.
 * Looked for only after a failure, so that encoding need not keep track of where it is.
 */
export function pathTo(root: unknown, culprit: unknown): string | undefined {
  const seen = new Set<object>();
  // A list that grows while it is walked, not the call stack: the value may be as deep as it likes.
  const queue: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: "" }];
  for (const { value, path } of queue) {
    if (Object.is(value, culprit)) return path;
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [step, child] of children(value)) queue.push({ value: child, path: path + step });
  }
  return undefined;
}

function* children(value: object): Generator<readonly [string, unknown], void, undefined> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield [`[${i}]`, item];
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      yield [`.key(${describe(key)})`, key];
      yield [`.get(${describe(key)})`, item];
    }
  } else if (value instanceof Set) {
    for (const item of value) yield [".item", item];
  } else if (isGraph(value)) {
    for (const id of value.nodes()) {
      const record = value.nodeRecord(id);
      yield [`.nodes[${describe(id)}].value`, record?.value];
      yield [`.nodes[${describe(id)}].properties`, record?.properties];
    }
    for (const [i, { properties }] of value.edges().entries())
      if (properties) yield [`.edges[${i}].properties`, properties];
  } else if (ArrayBuffer.isView(value)) {
    for (const [i, item] of Array.from(value as unknown as Iterable<unknown>).entries()) yield [`[${i}]`, item];
  } else {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue; // As good as absent.
      yield [`.key(${describe(key)})`, key];
      yield [/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${describe(key)}]`, item];
    }
    if (value instanceof Error) yield* errorText(value);
  }
}

/** What an error has and does not show. */
function* errorText(error: Error): Generator<readonly [string, unknown], void, undefined> {
  for (const key of ["name", "message", "stack", "cause"] as const) {
    const item = error[key];
    if (item !== undefined) yield [`.${key}`, item];
  }
}
