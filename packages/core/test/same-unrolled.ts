import { type GraphoidError, isGraph, isRef, type TypedArray } from "../src/index.ts";
import { Box, Opaque } from "./values.ts";

/** An object taken apart: what it is, the parts whose order counts, and the groups of parts whose order does not. */
interface Parts {
  readonly head: string;
  readonly ordered: readonly unknown[];
  readonly unordered: readonly (readonly unknown[])[];
}

/**
 * Tells whether two values are the same when written out in full, however they share and wherever they turn in
 * circles: by colour refinement over all objects in both. Slow, plain, and nothing like `equals`.
 */
export function sameUnrolled(a: unknown, b: unknown): boolean {
  const parts = new Map<object, Parts>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || leafText(value) !== undefined || parts.has(value)) return;
    const taken = takeApart(value);
    parts.set(value, taken);
    for (const part of [...taken.ordered, ...taken.unordered.flat()]) visit(part);
  };
  visit(a);
  visit(b);
  let colours = new Map<object, number>();
  const colourOf = (value: unknown): string => leafText(value) ?? `#${colours.get(value as object) ?? 0}`;
  for (let count = 0; ; ) {
    const numbers = new Map<string, number>();
    const next = new Map<object, number>();
    for (const [object, { head, ordered, unordered }] of parts) {
      const groups = unordered.map((group) => JSON.stringify(group.map(colourOf))).sort();
      const text = JSON.stringify([head, ordered.map(colourOf), groups]);
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      next.set(object, number);
    }
    colours = next;
    if (numbers.size === count) return colourOf(a) === colourOf(b);
    count = numbers.size;
  }
}

const opaque = new Map<unknown, number>();

function leafText(value: unknown): string | undefined {
  if (value === null) return "null";
  if (typeof value === "number") return `number ${Object.is(value, -0) ? "-0" : value}`;
  if (typeof value === "symbol") return `symbol ${Symbol.keyFor(value)}`;
  if (typeof value === "function" || value instanceof Opaque) {
    if (!opaque.has(value)) opaque.set(value, opaque.size);
    return `opaque ${opaque.get(value)}`;
  }
  if (typeof value !== "object") return `${typeof value} ${String(value)}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value as TypedArray;
    const type = value instanceof Uint8Array ? "Uint8Array" : value.constructor.name;
    return `${type} ${Buffer.from(buffer, byteOffset, byteLength).toString("hex")}`;
  }
  return undefined;
}

function takeApart(value: object): Parts {
  const record = (fields: object): Parts => {
    const entries = Object.entries(fields).filter(([, item]) => item !== undefined);
    entries.sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      head: `record ${JSON.stringify(entries.map(([name]) => name))}`,
      ordered: entries.map(([, item]) => item),
      unordered: [],
    };
  };
  if (Array.isArray(value)) return { head: `list ${value.length}`, ordered: value, unordered: [] };
  if (value instanceof Map) return { head: "map", ordered: [], unordered: [...value] };
  if (value instanceof Set) return { head: "set", ordered: [], unordered: [...value].map((item) => [item]) };
  if (isGraph(value)) {
    const directed = value.type === "directed";
    return {
      head: `graph ${value.type}`,
      ordered: [],
      unordered: [
        ...value.nodes().map((id) => [value.nodeRecord(id)]),
        ...value.edges().map(({ from, to, label, weight = "none", properties = {} }) => {
          const ends = directed || from < to ? [from, to] : [to, from];
          return [...ends, label, weight, properties];
        }),
      ],
    };
  }
  if (isRef(value)) return { ...record(value.toData()), head: "ref" };
  if (value instanceof Box) return { head: "box", ordered: [value.content], unordered: [] };
  if (value instanceof Error) {
    const { name, message, cause, code, details } = value as GraphoidError;
    const fields = record({ name, message, cause, code, details });
    return { ...fields, head: `error ${fields.head}` };
  }
  return record(value);
}
