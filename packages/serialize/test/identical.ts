import { type Graph, GraphoidError, isGraphoidError, kindOf, type Ref, typedArrayName } from "@graphoid/core";

/**
 * Where two values differ, or `undefined` when they are the same in every way that a round trip must keep: content, bit
 * by bit, order, element types, and which containers are one and the same. It knows nothing of the code that it tests.
 */
export function difference(
  a: unknown,
  b: unknown,
  options: { sharing: boolean } = { sharing: true },
): string | undefined {
  return new Comparison(options.sharing).compare(a, b, "value");
}

class Comparison {
  readonly #sharing: boolean;
  readonly #there = new Map<object, Set<object>>();
  readonly #back = new Map<object, object>();

  constructor(sharing: boolean) {
    this.#sharing = sharing;
  }

  compare(a: unknown, b: unknown, path: string): string | undefined {
    if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
      return Object.is(a, b) ? undefined : `${path}: ${String(a)} became ${String(b)}`;
    }
    const kind = kindOf(a);
    if (kindOf(b) !== kind) return `${path}: ${kind} became ${kindOf(b)}`;
    if (kind === "date") return this.compare((a as Date).getTime(), (b as Date).getTime(), path);
    if (kind === "typed-array") return this.#typedArrays(a as Uint8Array, b as Uint8Array, path);
    const there = this.#there.get(a) ?? new Set();
    const back = this.#back.get(b);
    if (there.has(b)) return undefined;
    if (this.#sharing && (there.size > 0 || back !== undefined)) return `${path}: shared differently`;
    this.#there.set(a, there.add(b));
    this.#back.set(b, a);
    switch (kind) {
      case "list":
        return this.#all(a as unknown[], b as unknown[], path);
      case "map":
        return this.#all([...(a as Map<unknown, unknown>)].flat(1), [...(b as Map<unknown, unknown>)].flat(1), path);
      case "set":
        return this.#all([...(a as Set<unknown>)], [...(b as Set<unknown>)], path);
      case "record":
        return this.#records(a, b, path);
      case "graph":
        return this.#graphs(a as Graph, b as Graph, path);
      case "ref":
        return this.#records((a as Ref).toData(), (b as Ref).toData(), `${path}.toData()`);
      case "error":
        return this.#errors(a as Error, b as Error, path);
      default:
        if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: the class changed`;
        return this.#records(a, b, path);
    }
  }

  #all(a: readonly unknown[], b: readonly unknown[], path: string): string | undefined {
    if (a.length !== b.length) return `${path}: ${a.length} items became ${b.length}`;
    for (let i = 0; i < a.length; i++) {
      const found = this.compare(a[i], b[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Fields in order; absent and `undefined` ones are the same. */
  #records(a: object, b: object, path: string): string | undefined {
    const present = (record: object): [string, unknown][] =>
      Object.entries(record).filter(([, item]) => item !== undefined);
    const [left, right] = [present(a), present(b)];
    const keys = (entries: [string, unknown][]): string => JSON.stringify(entries.map(([key]) => key));
    if (keys(left) !== keys(right)) return `${path}: the keys ${keys(left)} became ${keys(right)}`;
    return this.#all(
      left.map(([, item]) => item),
      right.map(([, item]) => item),
      path,
    );
  }

  #graphs(a: Graph, b: Graph, path: string): string | undefined {
    // Properties are columns: their order is that of the columns, not of a row.
    const sorted = (record: object = {}): unknown[] =>
      Object.entries(record)
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .flat(1);
    const rows = (graph: Graph): unknown[] => [
      graph.type,
      ...graph.nodes().flatMap((id) => {
        const record = graph.nodeRecord(id);
        return [id, record?.value, record?.type, ...sorted(record?.properties)];
      }),
      ...graph
        .edges()
        .flatMap(({ from, to, label, weight, properties }) => [from, to, label, weight, ...sorted(properties)]),
    ];
    return this.#all(rows(a), rows(b), `${path}.graph`);
  }

  #errors(a: Error, b: Error, path: string): string | undefined {
    if (isGraphoidError(a) !== isGraphoidError(b)) return `${path}: an error of ours or not`;
    const fields = (error: Error): unknown[] => {
      const { name, message, stack, cause } = error;
      const { code } = error as { code?: unknown };
      return [name, message, stack, code, error instanceof GraphoidError ? error.details : undefined, cause];
    };
    return this.#all(fields(a), fields(b), `${path}.error`);
  }

  #typedArrays(a: Uint8Array, b: Uint8Array, path: string): string | undefined {
    if (typedArrayName(a) !== typedArrayName(b)) return `${path}: ${typedArrayName(a)} became ${typedArrayName(b)}`;
    const bytes = (array: Uint8Array): string =>
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).join();
    return bytes(a) === bytes(b) ? undefined : `${path}: the bytes changed`;
  }
}
