import { serialize, type Value } from "@graphoid/distribution";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Crdt, document, gCounter, lwwRegister, orSet, pnCounter } from "./crdt.ts";

const REPLICAS = ["a", "b", "c", "__proto__"];
const replica = fc.constantFrom(...REPLICAS);
const bytes = (state: Value): string => Buffer.from(serialize.toBytes(state, { canonical: true })).toString("base64");

/** What may happen: a replica changes its copy, or hears the state of another, perhaps one from some time ago. */
type Event<Change> =
  | { readonly kind: "change"; readonly at: string; readonly change: Change }
  | { readonly kind: "hear"; readonly at: string; readonly from: string; readonly age: number };

function events<Change>(change: fc.Arbitrary<Change>): fc.Arbitrary<Event<Change>[]> {
  return fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("change" as const), at: replica, change }),
      fc.record({ kind: fc.constant("hear" as const), at: replica, from: replica, age: fc.nat(3) }),
    ),
    { maxLength: 60 },
  );
}

/** All that happens to the replicas. Messages are lost where there is no `hear`, and come twice, late and swapped. */
function history<State extends Value, Change>(
  crdt: Crdt<State>,
  all: readonly Event<Change>[],
  apply: (state: State, at: string, change: Change) => State,
): State[] {
  const pasts = new Map(REPLICAS.map((name) => [name, [crdt.empty]]));
  for (const event of all) {
    const past = pasts.get(event.at) as State[];
    const now = past.at(-1) as State;
    if (event.kind === "change") past.push(apply(now, event.at, event.change));
    else past.push(crdt.merge(now, (pasts.get(event.from)?.at(-1 - event.age) ?? crdt.empty) as State));
  }
  return [...pasts.values()].map((past) => past.at(-1) as State);
}

/** After any history, merging is a semilattice's join, and the replicas become equal whatever the order that they are told in. */
function converges<State extends Value>(crdt: Crdt<State>, states: readonly State[]): State {
  const { merge, empty } = crdt;
  for (const a of states) {
    expect(bytes(merge(a, a))).toBe(bytes(a));
    expect(bytes(merge(a, empty))).toBe(bytes(a));
    for (const b of states) {
      expect(bytes(merge(a, b))).toBe(bytes(merge(b, a)));
      for (const c of states) expect(bytes(merge(merge(a, b), c))).toBe(bytes(merge(a, merge(b, c))));
    }
  }
  const forwards = states.reduce(merge, empty);
  expect(bytes(states.reduceRight(merge, empty))).toBe(bytes(forwards));
  return forwards;
}

describe("replicas that were changed and told at random", () => {
  it("a G-counter becomes the sum of all increments", () => {
    fc.assert(
      fc.property(events(fc.nat(9)), (all) => {
        const states = history(gCounter, all, (state, at, by) => gCounter.increment(state, at, by));
        const sum = all.reduce((total, event) => total + (event.kind === "change" ? event.change : 0), 0);
        expect(gCounter.value(converges(gCounter, states))).toBe(sum);
      }),
    );
    expect(() => gCounter.increment({}, "a", -1)).toThrow(RangeError);
  });

  it("a PN-counter becomes the sum of all changes", () => {
    fc.assert(
      fc.property(events(fc.integer({ min: -9, max: 9 })), (all) => {
        const states = history(pnCounter, all, (state, at, by) => pnCounter.add(state, at, by));
        const sum = all.reduce((total, event) => total + (event.kind === "change" ? event.change : 0), 0);
        expect(pnCounter.value(converges(pnCounter, states))).toBe(sum);
      }),
    );
  });

  it("an LWW register becomes something that was written after all that its writer knew of", () => {
    fc.assert(
      fc.property(events(fc.string()), (all) => {
        const states = history(lwwRegister, all, (state, at, value) => lwwRegister.write(state, at, value));
        const last = converges(lwwRegister, states);
        expect(last.count).toBe(Math.max(...states.map(({ count }) => count)));
        const written = all.flatMap((event) => (event.kind === "change" ? [event.change] : []));
        expect(written.length === 0 ? [null] : written).toContain(last.value);
      }),
    );
  });

  it("an OR-set is what a set with a tag for each addition, and a stone for each removed tag, is", () => {
    const element = fc.constantFrom("x", "y", "constructor");
    const change = fc.record({ add: fc.boolean(), element });
    fc.assert(
      fc.property(events(change), (all) => {
        const states = history(orSet, all, (state, at, { add, element }) =>
          add ? orSet.add(state, at, element) : orSet.remove(state, element),
        );
        let tag = 0;
        const plain = history(stones, all, (state, _at, { add, element }) => {
          if (add) return { ...state, added: { ...state.added, [++tag]: element } };
          const seen = Object.entries(state.added).filter(([, name]) => name === element);
          return { ...state, removed: { ...state.removed, ...Object.fromEntries(seen.map(([tag]) => [tag, true])) } };
        });
        expect(states.map(orSet.value)).toEqual(plain.map(standing));
        expect(orSet.value(converges(orSet, states))).toEqual(standing(plain.reduce(stones.merge)));
      }),
    );
  });

  it("a document of all four becomes equal", () => {
    fc.assert(
      fc.property(events(fc.nat(3)), (all) => {
        const states = history(document, all, (state, at, which) => ({
          visits: which === 0 ? gCounter.increment(state.visits, at) : state.visits,
          stock: which === 1 ? pnCounter.add(state.stock, at, -1) : state.stock,
          title: which === 2 ? lwwRegister.write(state.title, at, at) : state.title,
          tags: which === 3 ? orSet.add(state.tags, at, at) : state.tags,
        }));
        converges(document, states);
      }),
    );
  });
});

type Stones = {
  readonly added: { readonly [tag: string]: string };
  readonly removed: { readonly [tag: string]: boolean };
};

/** The set as it is defined, which never forgets. */
const stones: Crdt<Stones> = {
  empty: { added: {}, removed: {} },
  merge: (a, b) => ({ added: { ...a.added, ...b.added }, removed: { ...a.removed, ...b.removed } }),
};

const standing = ({ added, removed }: Stones): string[] =>
  [...new Set(Object.entries(added).flatMap(([tag, element]) => (removed[tag] ? [] : [element])))].sort();
