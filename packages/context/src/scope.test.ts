import { CancelledError, DeadlineExceededError, ManualClock, type Registration, timerWheel } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Scope, type ScopeHost } from "./scope.ts";

function host(): ScopeHost & { readonly clock: ManualClock } {
  const clock = new ManualClock();
  return { clock, wheel: timerWheel(clock) };
}

function scopeOf(shared: ScopeHost, parent: Scope | undefined, timeoutMs: number, outside?: AbortSignal): Scope {
  return new Scope(shared, { ...(parent && { parent }), timeoutMs, name: "test", outside });
}

const forever = Number.POSITIVE_INFINITY;

describe("Scope", () => {
  test("C7: scopes nested 4,000 deep are cancelled at the root, each once", () => {
    const shared = host();
    const root = scopeOf(shared, undefined, forever);
    const calls: number[] = [];
    const depth = 4_000;
    let scope = root;
    for (let i = 0; i < depth; i++) {
      scope = scopeOf(shared, scope, 1000 + i);
      const at = i;
      scope.listen(() => calls.push(at));
    }
    root.cancel("stop");
    root.cancel("again");
    shared.clock.advance(5000);
    expect(calls.length).toBe(depth);
    expect(calls[depth - 1]).toBe(depth - 1);
    expect((scope.reason as CancelledError).cause).toBe("stop");
    expect(shared.clock.pending).toBe(0);
  });

  test("C7: a listener at the far end of unwatched scopes is reached, and lets go of all of them", () => {
    const shared = host();
    const root = scopeOf(shared, undefined, forever);
    let scope = root;
    for (let i = 0; i < 10_000; i++) scope = scopeOf(shared, scope, 1000);
    const heard = vi.fn();
    scope.listen(heard).dispose();
    expect(shared.clock.pending).toBe(0);
    scope.listen(heard);
    root.cancel(undefined);
    expect(heard).toHaveBeenCalledOnce();
  });

  test("what came first counts, also when nobody looked in time", () => {
    const shared = host();
    const parent = scopeOf(shared, undefined, forever);
    const early = scopeOf(shared, parent, 10);
    const late = scopeOf(shared, parent, 30);
    const below = scopeOf(shared, early, forever);
    shared.clock.advance(20);
    parent.cancel("stop");
    shared.clock.advance(20);
    expect(early.reason).toBeInstanceOf(DeadlineExceededError);
    expect(below.reason).toBe(early.reason);
    expect(late.reason).toBeInstanceOf(CancelledError);
    expect(late.reason).toBe(parent.reason);
  });

  test("an inherited deadline fails with the error of the scope it was given to", () => {
    const shared = host();
    const parent = scopeOf(shared, undefined, 10);
    const child = scopeOf(shared, parent, 500);
    expect(child.remainingMs()).toBe(10);
    shared.clock.advance(10);
    expect(child.reason).toBe(parent.reason);
    expect(child.reason?.details).toEqual({ timeoutMs: 10, operation: "test" });
  });

  test("a listener that throws is reported, and the others still run", async () => {
    const shared = host();
    const scope = scopeOf(shared, undefined, forever);
    const child = scopeOf(shared, scope, forever);
    const heard = vi.fn();
    const mistake = new Error("mistake in a listener");
    const reported = new Promise((resolve) => {
      const others = process.listeners("uncaughtException");
      process.removeAllListeners("uncaughtException");
      process.once("uncaughtException", (error) => {
        for (const other of others) process.on("uncaughtException", other);
        resolve(error);
      });
    });
    scope.listen(() => {
      throw mistake;
    });
    scope.listen(heard);
    child.listen(heard);
    scope.cancel(undefined);
    expect(heard).toHaveBeenCalledTimes(2);
    expect(await reported).toBe(mistake);
  });

  test("listeners may cancel, listen and dispose while they are being told", () => {
    const shared = host();
    const scope = scopeOf(shared, undefined, forever);
    const child = scopeOf(shared, scope, forever);
    const heard: string[] = [];
    let disposed: Registration;
    scope.listen(() => {
      scope.cancel("inner");
      child.cancel("inner");
      disposed.dispose();
      scope.listen(() => heard.push("late"));
      heard.push("first");
    });
    disposed = scope.listen(() => heard.push("disposed"));
    child.listen((reason) => heard.push(`child: ${String((reason as Error).cause)}`));
    scope.cancel("outer");
    expect(heard).toEqual(["child: outer", "late", "first"]);
  });

  test("an outside signal cancels, and is let go of", () => {
    const shared = host();
    const outside = new AbortController();
    const add = vi.spyOn(outside.signal, "addEventListener");
    const remove = vi.spyOn(outside.signal, "removeEventListener");
    const scope = scopeOf(shared, undefined, forever, outside.signal);
    const child = scopeOf(shared, scope, forever);
    child.listen(() => {}).dispose();
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove).toHaveBeenCalledTimes(1);
    const heard = vi.fn();
    child.listen(heard);
    outside.abort("enough");
    expect(heard).toHaveBeenCalledOnce();
    expect((child.reason as CancelledError).cause).toBe("enough");
    const after = scopeOf(shared, undefined, forever, outside.signal);
    expect((scopeOf(shared, after, forever).reason as CancelledError).cause).toBe("enough");
  });

  test("behaves like a model that works everything out at once", () => {
    const command = fc.oneof(
      fc.record({ derive: fc.nat(), ms: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(forever)) }),
      fc.record({ cancel: fc.nat() }),
      fc.record({ end: fc.nat() }),
      fc.record({ listen: fc.nat() }),
      fc.record({ dispose: fc.nat() }),
      fc.record({ look: fc.nat() }),
      fc.record({ advance: fc.integer({ min: 0, max: 15 }) }),
    );
    interface Model {
      scope: Scope;
      parent: Model | undefined;
      deadline: number;
      /** What ended it, and nothing while it lives. */
      over: "deadline" | "cancelled" | "ended" | undefined;
    }
    interface Heard {
      at: Model;
      registration: Registration;
      count: number;
      expected: number;
      disposed: boolean;
    }
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const shared = host();
        const models: Model[] = [
          { scope: scopeOf(shared, undefined, forever), parent: undefined, deadline: forever, over: undefined },
        ];
        const heard: Heard[] = [];
        const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
        const finish = (model: Model, over: Model["over"]): void => {
          if (model.over) return;
          model.over = over;
          for (const one of heard) if (one.at === model && !one.disposed) one.expected++;
          for (const child of models) if (child.parent === model) finish(child, over);
        };
        for (const step of commands) {
          if ("derive" in step) {
            const parent = pick(models, step.derive) as Model;
            const deadline = Math.min(parent.deadline, shared.clock.now() + step.ms);
            const scope = scopeOf(shared, parent.scope, step.ms);
            const over = parent.over ?? (deadline <= shared.clock.now() ? "deadline" : undefined);
            models.push({ scope, parent, deadline, over });
          } else if ("cancel" in step) {
            const model = pick(models, step.cancel) as Model;
            model.scope.cancel("stop");
            finish(model, "cancelled");
          } else if ("end" in step) {
            const model = pick(models, step.end) as Model;
            model.scope.end();
            finish(model, "ended");
          } else if ("listen" in step) {
            const at = pick(models, step.listen) as Model;
            const one: Heard = {
              at,
              registration: undefined as never,
              count: 0,
              expected: at.over ? 1 : 0,
              disposed: false,
            };
            one.registration = at.scope.listen(() => void one.count++);
            heard.push(one);
          } else if ("dispose" in step) {
            const one = pick(heard, step.dispose);
            one?.registration.dispose();
            if (one) one.disposed = true;
          } else if ("advance" in step) {
            shared.clock.advance(step.advance);
            for (const model of models) if (model.deadline <= shared.clock.now()) finish(model, "deadline");
          } else {
            check(pick(models, step.look) as Model);
          }
          for (const one of heard) expect(one.count).toBe(one.expected);
        }
        for (const model of models) check(model);
        for (const one of heard) one.registration.dispose();
        expect(shared.clock.pending).toBe(0);

        function check(model: Model): void {
          const reason = model.scope.reason;
          if (model.over === undefined) expect(reason).toBeUndefined();
          else if (model.over === "deadline") expect(reason).toBeInstanceOf(DeadlineExceededError);
          else expect(reason).toBeInstanceOf(CancelledError);
          if (model.over === "cancelled") expect(reason?.cause).toBe("stop");
          if (model.over === "ended") expect(reason?.message).toContain("ended");
          expect(model.scope.remainingMs()).toBe(
            model.deadline === forever ? forever : Math.max(0, model.deadline - shared.clock.now()),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });
});
