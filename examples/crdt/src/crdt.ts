import type { Value } from "@graphoid/distribution";

/**
 * A replicated value whose states form a semilattice: merging is commutative, associative and idempotent, so replicas that
 * have seen the same changes are equal, in whatever order, and however often, they heard of them (Shapiro and others,
 * "Conflict-free Replicated Data Types", 2011). States are plain data and never changed: each operation makes a new one.
 */
export interface Crdt<State extends Value> {
  readonly empty: State;
  merge(a: State, b: State): State;
}

/** How much each replica has counted. */
export type GCounterState = { readonly [replica: string]: number };

/** A counter that only grows. */
export const gCounter = {
  empty: {} as GCounterState,
  merge: (a: GCounterState, b: GCounterState): GCounterState => mergeRecords(a, b, Math.max),
  increment(state: GCounterState, replica: string, by = 1): GCounterState {
    if (!(by >= 0)) throw new RangeError(`a counter that only grows cannot count ${by}`);
    return { ...state, [replica]: own(state, replica, 0) + by };
  },
  value: (state: GCounterState): number => Object.values(state).reduce((sum, count) => sum + count, 0),
};

export type PnCounterState = { readonly up: GCounterState; readonly down: GCounterState };

/** A counter that grows and shrinks: two that grow. */
export const pnCounter = {
  empty: { up: gCounter.empty, down: gCounter.empty } as PnCounterState,
  merge: (a: PnCounterState, b: PnCounterState): PnCounterState => ({
    up: gCounter.merge(a.up, b.up),
    down: gCounter.merge(a.down, b.down),
  }),
  add: ({ up, down }: PnCounterState, replica: string, by: number): PnCounterState =>
    by < 0 ? { up, down: gCounter.increment(down, replica, -by) } : { up: gCounter.increment(up, replica, by), down },
  value: ({ up, down }: PnCounterState): number => gCounter.value(up) - gCounter.value(down),
};

/** What was written last, by a clock that counts writes; of two at the same count, that of the greater replica. */
export type LwwRegisterState = { readonly value: Value; readonly count: number; readonly replica: string };

/** A register of which the last write wins. */
export const lwwRegister = {
  empty: { value: null, count: 0, replica: "" } as LwwRegisterState,
  merge: (a: LwwRegisterState, b: LwwRegisterState): LwwRegisterState =>
    a.count > b.count || (a.count === b.count && a.replica >= b.replica) ? a : b,
  write: ({ count }: LwwRegisterState, replica: string, value: Value): LwwRegisterState => ({
    value,
    count: count + 1,
    replica,
  }),
  value: ({ value }: LwwRegisterState): Value => value,
};

/**
 * Which additions of each element stand, and how many of each replica's additions are known. An addition is known and does
 * not stand when it was removed, so removed elements leave nothing behind (Bieniusa and others, "An Optimized
 * Conflict-free Replicated Set", 2012).
 */
export type OrSetState = {
  readonly elements: { readonly [element: string]: GCounterState };
  readonly known: GCounterState;
};

/** A set of strings, of which a removal takes only the additions that it has seen. */
export const orSet = {
  empty: { elements: {}, known: {} } as OrSetState,
  merge(a: OrSetState, b: OrSetState): OrSetState {
    const elements: [string, GCounterState][] = [];
    for (const element of new Set([...Object.keys(a.elements), ...Object.keys(b.elements)])) {
      const left = own(a.elements, element, {});
      const right = own(b.elements, element, {});
      // What both have stands; what one has, unless the other knows of it, and so has removed it.
      const standing = Object.keys({ ...left, ...right }).flatMap((replica): [string, number][] => {
        const ours = own(left, replica, 0);
        const theirs = own(right, replica, 0);
        if (ours === theirs) return [[replica, ours]];
        const kept = [ours > own(b.known, replica, 0) ? ours : 0, theirs > own(a.known, replica, 0) ? theirs : 0];
        const latest = Math.max(...kept);
        return latest === 0 ? [] : [[replica, latest]];
      });
      if (standing.length > 0) elements.push([element, Object.fromEntries(standing)]);
    }
    return { elements: Object.fromEntries(elements), known: gCounter.merge(a.known, b.known) };
  },
  add({ elements, known }: OrSetState, replica: string, element: string): OrSetState {
    const count = own(known, replica, 0) + 1;
    return {
      elements: { ...elements, [element]: { ...own(elements, element, {}), [replica]: count } },
      known: { ...known, [replica]: count },
    };
  },
  remove({ elements, known }: OrSetState, element: string): OrSetState {
    return { elements: Object.fromEntries(Object.entries(elements).filter(([name]) => name !== element)), known };
  },
  value: ({ elements }: OrSetState): string[] => Object.keys(elements).sort(),
};

/** Several values as one, each merged by itself. */
export type DocumentState = {
  readonly visits: GCounterState;
  readonly stock: PnCounterState;
  readonly title: LwwRegisterState;
  readonly tags: OrSetState;
};

/** What the replicas of this example hold: one of each kind. */
export const document: Crdt<DocumentState> = {
  empty: { visits: gCounter.empty, stock: pnCounter.empty, title: lwwRegister.empty, tags: orSet.empty },
  merge: (a, b) => ({
    visits: gCounter.merge(a.visits, b.visits),
    stock: pnCounter.merge(a.stock, b.stock),
    title: lwwRegister.merge(a.title, b.title),
    tags: orSet.merge(a.tags, b.tags),
  }),
};

/** An own property: names come from users, and may be those of what every object has. */
function own<T>(record: { readonly [key: string]: T }, key: string, otherwise: T): T {
  return Object.hasOwn(record, key) ? (record[key] as T) : otherwise;
}

function mergeRecords(a: GCounterState, b: GCounterState, of: (x: number, y: number) => number): GCounterState {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(Array.from(keys, (key) => [key, of(own(a, key, 0), own(b, key, 0))]));
}
