import type { Condition, Query, QueryRow } from "./query.ts";

/**
 * A query on its way: refine it, then iterate it. Nothing is searched before that, and only as far as asked.
 * Every call returns a new object. Do not change the graph while iterating; `toArray()` first.
 */
export class Matches implements Iterable<QueryRow> {
  /** The query as plain data. */
  readonly query: Query;
  readonly #run: (query: Query) => Iterable<QueryRow>;

  constructor(query: Query, run: (query: Query) => Iterable<QueryRow>) {
    this.query = query;
    this.#run = run;
  }

  /** Keeps rows in which the value at `path` compares so to `value`. Several conditions must all hold. */
  where(path: string, operator: Condition["operator"], value: Condition["value"]): Matches {
    return this.#with({ where: [...this.query.where, { path, operator, value }] });
  }

  /** Returns the values at these paths instead of whole records. */
  select(...paths: string[]): Matches {
    return this.#with({ select: paths });
  }

  /** Stops after `count` rows. */
  limit(count: number): Matches {
    return this.#with({ limit: count });
  }

  /** All rows. */
  toArray(): QueryRow[] {
    return [...this];
  }

  [Symbol.iterator](): Iterator<QueryRow> {
    return this.#run(this.query)[Symbol.iterator]();
  }

  #with(change: Partial<Query>): Matches {
    return new Matches({ ...this.query, ...change }, this.#run);
  }
}
