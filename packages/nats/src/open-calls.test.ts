import type { Envelope, EnvelopeKind } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endsCall, isAnswer, OpenCalls } from "./open-calls.ts";

function request(id: number, replyTo = "r"): Envelope {
  const path = { id: replyTo, location: "me", metadata: {} };
  return { kind: "request", id, target: "t", message: "m", payload: null, headers: {}, replyTo: path };
}

describe("OpenCalls", () => {
  it("has each call at one place at most, whatever happens", () => {
    const id = fc.nat(5);
    const place = fc.constantFrom("a", "b", "c");
    const step = fc.oneof(
      fc.record({ do: fc.constant("add" as const), id, place }),
      fc.record({ do: fc.constant("end" as const), id, place }),
      fc.record({ do: fc.constant("taken" as const), id, place }),
      fc.record({ do: fc.constant("lose" as const), id, place }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const calls = new OpenCalls();
        const model = new Map<number, string>();
        for (const one of steps) {
          if (one.do === "add") {
            calls.add(one.place, request(one.id), 0);
            model.set(one.id, one.place);
          } else if (one.do === "end") {
            expect(calls.end(one.id)?.place.name).toBe(model.get(one.id));
            model.delete(one.id);
          } else if (one.do === "taken") {
            const call = calls.get(one.id);
            if (call === undefined) continue;
            calls.taken(call, one.place, `inbox of ${one.place}`);
            model.set(one.id, one.place);
          } else {
            const lost = calls.lose(calls.place(one.place)).map((call) => call.id);
            expect(lost.sort()).toEqual(
              [...model]
                .filter(([, at]) => at === one.place)
                .map(([number]) => number)
                .sort(),
            );
            for (const number of lost) model.delete(number);
          }
          const waited = calls.waited();
          const open = waited.flatMap(({ name, open }) => [...open].map((call) => [call.id, name]));
          expect(Object.fromEntries(open)).toEqual(Object.fromEntries(model));
          expect(open).toHaveLength(model.size);
        }
      }),
    );
  });

  it("keeps a place while something is served for it", () => {
    const calls = new OpenCalls();
    calls.place("a").served.set(1, undefined);
    expect(calls.waited().map(({ name }) => name)).toEqual(["a"]);
    calls.lose(calls.place("a"));
    expect(calls.waited()).toEqual([]);
    expect(calls.known("a")).toBeUndefined();
  });
});

describe("which way an envelope goes", () => {
  const of = (kind: EnvelopeKind, isOfInput: boolean): Pick<Envelope, "kind" | "headers"> => ({
    kind,
    headers: isOfInput ? { input: 1 } : {},
  });

  it("is told by its kind, and whether it is about the items of the caller", () => {
    for (const kind of ["reply", "error", "item", "end"] as const) {
      expect(isAnswer(of(kind, false))).toBe(true);
      expect(isAnswer(of(kind, true))).toBe(false);
    }
    for (const kind of ["cancel", "credit"] as const) {
      expect(isAnswer(of(kind, false))).toBe(false);
      expect(isAnswer(of(kind, true))).toBe(true);
    }
  });

  it("ends a call with its answer, not with the end of the caller's items", () => {
    const ends = (kind: EnvelopeKind, isOfInput: boolean): boolean =>
      endsCall({ ...request(1), ...of(kind, isOfInput) });
    expect([ends("reply", false), ends("error", false), ends("end", false)]).toEqual([true, true, true]);
    expect([ends("end", true), ends("item", false), ends("credit", true), ends("cancel", true)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
