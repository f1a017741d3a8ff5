import { Graph, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { failure, settle, Wire } from "../test/wire.ts";
import type { Handler } from "./exposure.ts";
import { createRemote, type Remote } from "./remote.ts";
import type { Call } from "./served-call.ts";

function pair(): { a: Remote; b: Remote } {
  const wire = new Wire();
  return { a: wire.join("a"), b: wire.join("b") };
}

class Base {
  inherited(): string {
    return "inherited";
  }
}

class Counter extends Base {
  count = 0;
  readonly callback = (by: number): number => by + this.count;
  #secret(): string {
    return "secret";
  }
  add(by: number, call: Call): number {
    this.count += by;
    return call.message === "add" ? this.count : -1;
  }
  reveal(): string {
    return this.#secret();
  }
  _private(): string {
    return "private";
  }
  "#hash"(): string {
    return "hash";
  }
  get getter(): () => string {
    throw new Error("a getter ran");
  }
  static make(): string {
    return "static";
  }
}

describe("a handler object", () => {
  it("has a message for each of its methods, own and inherited, with its `this`", async () => {
    const { a, b } = pair();
    b.expose("counter", new Counter());
    const ref = a.ref({ id: "counter", location: "b" });
    expect(await ref.request("add", 2)).toBe(2);
    expect(await ref.request("add", 3)).toBe(5);
    expect(await ref.request("inherited")).toBe("inherited");
    expect(await ref.request("callback", 1)).toBe(6);
    expect(await ref.request("reveal")).toBe("secret");
  });

  it("answers nothing else: nothing private, no getter, nothing that every object has", async () => {
    const { a, b } = pair();
    const own = { ping: () => "pong", toString: () => "mine", valueOf: () => 1, constructor: () => 2 };
    Object.defineProperty(own, "__proto__", { value: () => "proto", enumerable: true });
    const bare = Object.assign(Object.create(null) as object, { ping: () => "pong" });
    b.expose("counter", new Counter());
    b.expose("own", own);
    b.expose("bare", bare);
    for (const id of ["own", "bare"]) expect(await a.ref({ id, location: "b" }).request("ping")).toBe("pong");
    for (const id of ["counter", "own", "bare"]) {
      for (const message of [
        "_private",
        "#secret",
        "#hash",
        "getter",
        "count",
        "make",
        "constructor",
        "__proto__",
        "prototype",
        "toString",
        "valueOf",
        "hasOwnProperty",
        "isPrototypeOf",
        "__defineGetter__",
        "__lookupSetter__",
        "graphoid.resolve",
      ]) {
        expect((await failure(a.ref({ id, location: "b" }).request(message))).code).toBe("UNIMPLEMENTED");
      }
    }
  });

  it("does not inherit a method that a field hides", async () => {
    const { a, b } = pair();
    class Hidden extends Base {
      other(): void {}
    }
    b.expose("x", Object.assign(new Hidden(), { inherited: null }));
    expect((await failure(a.ref({ id: "x", location: "b" }).request("inherited"))).code).toBe("UNIMPLEMENTED");
  });

  it("can answer `resolve` by a method of that name", async () => {
    const { a, b } = pair();
    b.expose("x", { "graphoid.resolve": () => "me" });
    expect(await a.ref({ id: "x", location: "b" }).resolve()).toBe("me");
  });
});

describe("a function", () => {
  it("gets every message, `resolve` included", async () => {
    const { a, b } = pair();
    const handler: Handler = (message) => message;
    b.expose("x", handler);
    const ref = a.ref({ id: "x", location: "b" });
    expect(await ref.request("__proto__")).toBe("__proto__");
    expect(await ref.resolve()).toBe("graphoid.resolve");
  });
});

describe("a value", () => {
  it("answers `resolve` with itself, and no other message", async () => {
    const { a, b } = pair();
    const graph = new Graph();
    graph.addNode("alice", { age: 30 });
    const values: Record<string, Value> = {
      number: 42,
      nothing: null,
      text: "hello",
      record: { name: "alice", tags: ["a"] },
      list: [1, 2],
      map: new Map([["a", 1]]),
      date: new Date(0),
      bytes: new Uint8Array([1, 2]),
    };
    for (const [id, value] of Object.entries(values)) {
      b.expose(id, value);
      expect(await a.ref({ id, location: "b" }).resolve()).toEqual(value);
      expect((await failure(a.ref({ id, location: "b" }).request("get"))).code).toBe("UNIMPLEMENTED");
    }
    b.expose("graph", graph);
    const copy = (await a.ref({ id: "graph", location: "b" }).resolve()) as Graph;
    expect(copy.getNode("alice")).toEqual({ age: 30 });
    expect((await failure(a.ref({ id: "graph", location: "b" }).request("removeNode", "alice"))).code).toBe(
      "UNIMPLEMENTED",
    );
    expect(graph.hasNode("alice")).toBe(true);
  });

  it("is what the caller of `expose` says it is", async () => {
    const { a, b } = pair();
    b.expose("map", new Map([["a", 1]]), { as: "handler" });
    expect(await a.ref({ id: "map", location: "b" }).request("get", "a")).toBe(1);
    b.expose("money", { amount: 5, format: () => "5" }, { as: "value" });
    expect((await failure(a.ref({ id: "money", location: "b" }).request("format"))).code).toBe("UNIMPLEMENTED");
    expect((await failure(a.ref({ id: "money", location: "b" }).resolve())).code).toBe("NOT_SERIALIZABLE");
  });
});

describe("expose", () => {
  it("is undone by its registration, and gives a reference for others to hold", async () => {
    const { a, b } = pair();
    const exposure = b.expose("x", () => 1);
    expect(exposure.ref.toData()).toEqual({ id: "x", location: "b", metadata: {}, incarnation: b.incarnation });
    const there = a.ref(exposure.ref.toData());
    expect(await there.request("m")).toBe(1);
    expect(b.stats().exposed).toBe(2);
    exposure.dispose();
    exposure.dispose();
    expect((await failure(there.request("m"))).code).toBe("NOT_FOUND");
    b.expose("x", () => 2);
    exposure.dispose();
    expect(await there.request("m")).toBe(2);
  });

  it("refuses ids that are taken or reserved, and things that cannot answer", () => {
    const remote = createRemote({ identity: "a" });
    remote.expose("__proto__", 1);
    expect(() => remote.expose("__proto__", 1)).toThrow('something is exposed as "__proto__" already');
    for (const id of ["", "graphoid.host", "graphoid.x", 1 as never])
      expect(() => remote.expose(id, 1)).toThrow("`id`");
    expect(() => remote.expose("x", undefined as never)).toThrow("`target`");
    expect(() => remote.expose("x", 5, { as: "handler" })).toThrow("`target`");
    expect(() => remote.expose("x", 5, { as: "thing" as never })).toThrow("`as`");
    expect(() => remote.expose("x", 5, { kind: "value" } as never)).toThrow("kind");
    expect(remote.stats().exposed).toBe(2);
  });
});

describe("createOn", () => {
  it("puts a value on another host and refers to it there", async () => {
    const { a, b } = pair();
    const value = { name: "alice" };
    const ref = await a.createOn("b", "user_1", value);
    value.name = "changed";
    expect(ref.toData()).toEqual({ id: "user_1", location: "b", metadata: {}, incarnation: b.incarnation });
    expect([ref.isLocal(), b.ref({ id: "user_1" }).isLocal()]).toEqual([false, true]);
    expect(await ref.resolve()).toEqual({ name: "alice" });
    expect((await failure(a.createOn("b", "user_1", 2))).code).toBe("ALREADY_EXISTS");
    expect(await (await a.createOn("a", "here", 5)).resolve()).toBe(5);
  });

  it("does what the host says", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const created: unknown[] = [];
    wire.join("b", {
      onCreate: async (id, value, call) => {
        created.push([id, value, call.from.identity]);
        if (id === "bad") throw new Error("not here");
      },
    });
    await a.createOn("b", "x", [1]);
    expect((await failure(a.createOn("b", "bad", 1))).message).toBe("not here");
    expect(created).toEqual([
      ["x", [1], "a"],
      ["bad", 1, "a"],
    ]);
    expect((await failure(a.ref({ id: "x", location: "b" }).resolve())).code).toBe("NOT_FOUND");
  });

  it("is limited, and checked at both ends", async () => {
    const wire = new Wire();
    const a = wire.join("a");
    const b = wire.join("b", { maxCreated: 1 });
    for (const id of ["graphoid.x", ""]) expect((await failure(a.createOn("b", id, 1))).code).toBe("INVALID_ARGUMENT");
    await a.createOn("b", "x", 1);
    expect(await failure(a.createOn("b", "y", 1))).toMatchObject({ code: "OVERLOADED", details: { limit: 1 } });
    expect((await failure(a.createOn("b", 5 as never, 1))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(a.createOn("b", "z", undefined as never))).code).toBe("INVALID_ARGUMENT");
    const host = a.ref({ id: "graphoid.host", location: "b" });
    for (const payload of [null, 1, {}, { id: 5 }]) {
      expect((await failure(host.request("create", payload))).code).toBe("INVALID_ARGUMENT");
    }
    await settle();
    expect(b.stats().exposed).toBe(2);
  });
});
