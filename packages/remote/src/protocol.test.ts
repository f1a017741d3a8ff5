import type { Ref as AnyRef, Value } from "@graphoid/core";
import { isRef, type redirect } from "@graphoid/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Wire } from "../test/wire.ts";
import type { MessageOf, Ref, RequestOf, StreamOf } from "./protocol.ts";
import type { Call } from "./served-call.ts";

interface User {
  name: string;
  age?: number;
}

class Directory {
  readonly size = 3;
  find(query: { id: string }): User {
    return { name: query.id };
  }
  async count(): Promise<number> {
    return 3;
  }
  touch(_when?: number): void {}
  list(prefix: string, _call: Call): string[] {
    return [`${prefix}a`, `${prefix}b`];
  }
  async *changes(since: { since: number }): AsyncGenerator<User> {
    yield { name: String(since.since) };
  }
  moved(_: null): User | ReturnType<typeof redirect> {
    return { name: "x" };
  }
}

function setup(): Ref<Directory> {
  const wire = new Wire();
  const [a, b] = [wire.join("a"), wire.join("b")];
  b.expose("directory", new Directory() as never);
  return a.ref<Directory>({ id: "directory", location: "b" });
}

describe("Ref<Protocol>", () => {
  it("knows the messages, what they take and what they answer", async () => {
    const ref = setup();
    const user = await ref.request("find", { id: "alice" });
    expectTypeOf(user).toEqualTypeOf<User>();
    expect(user).toEqual({ name: "alice" });
    expectTypeOf(await ref.request("count")).toEqualTypeOf<number>();
    expectTypeOf(await ref.request("touch")).toEqualTypeOf<null>();
    expect(await ref.request("touch", 5)).toBeNull();
    expectTypeOf(await ref.request("moved", null)).toEqualTypeOf<User>();
    expect(await ref.request("list", "p", { timeoutMs: 1_000 })).toEqual(["pa", "pb"]);
    const names: string[] = [];
    for await (const change of ref.stream("changes", { since: 5 })) {
      expectTypeOf(change).toEqualTypeOf<User>();
      names.push(change.name);
    }
    for await (const name of ref.stream("list", "q")) names.push(name);
    expect(names).toEqual(["5", "qa", "qb"]);
    await ref.send("touch");
  });

  it("refuses what the protocol does not have, before it runs", () => {
    type Messages = "find" | "count" | "touch" | "list" | "changes" | "moved";
    expectTypeOf<MessageOf<Directory>>().toEqualTypeOf<Messages>();
    expectTypeOf<RequestOf<Directory>>().toEqualTypeOf<Exclude<Messages, "changes">>();
    expectTypeOf<StreamOf<Directory>>().toEqualTypeOf<"list" | "changes">();
    const unused = (ref: Ref<Directory>): void => {
      // @ts-expect-error no such message
      void ref.request("fin", { id: "x" });
      // @ts-expect-error the payload is another
      void ref.request("find", { key: "x" });
      // @ts-expect-error the payload is missing
      void ref.request("find");
      // @ts-expect-error a stream is not requested
      void ref.request("changes", { since: 1 });
      // @ts-expect-error one value is not streamed
      void ref.stream("count");
      // @ts-expect-error not a method
      void ref.send("size");
    };
    expect(unused).toBeTypeOf("function");
  });

  it("is a reference like any other", () => {
    const ref = setup();
    expect(isRef(ref)).toBe(true);
    expect([ref.id, ref.location(), ref.isRemote()]).toEqual(["directory", "b", true]);
    expectTypeOf(ref.resolve).returns.toEqualTypeOf<Promise<Value>>();
    const any: AnyRef = ref as unknown as AnyRef;
    expect(any).toBe(ref);
  });
});
