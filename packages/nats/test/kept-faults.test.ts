import { describe, expect, it } from "vitest";
import { Node, until } from "./fake-host.ts";
import { hasNatsServer, type NatsServer, startNats, startNatsCluster } from "./nats-server.ts";

const SENDS = 2_000;

/** Sends from two hosts to a third while a server ends: all that was promised is handled once, in the order of each. */
async function flow(
  servers: readonly string[],
  replicas: number,
  break_: (sent: number) => Promise<void>,
): Promise<void> {
  const options = { servers: [...servers], delivery: "at-least-once", jetStream: { replicas } } as const;
  await using b = await Node.start("b", options);
  await using a = await Node.start("a", options);
  await using c = await Node.start("c", options);
  const resolved = { a: new Set<number>(), c: new Set<number>() };
  const send = async (node: Node, name: "a" | "c"): Promise<void> => {
    const open = new Set<Promise<void>>();
    for (let i = 0; i < SENDS / 2; i++) {
      const sent: Promise<void> = node.send("b", [name, i]).then(() => {
        resolved[name].add(i);
        open.delete(sent);
      });
      open.add(sent);
      if (open.size >= 50) await Promise.race(open);
      if (name === "a") await break_(i);
    }
    await Promise.all(open);
  };
  await Promise.all([send(a, "a"), send(c, "c")]);
  await until(() => b.host.of("send").length >= SENDS, `${SENDS} sends`);
  const got = b.host.of("send").map(({ envelope }) => envelope.payload as [string, number]);
  for (const name of ["a", "c"] as const) {
    expect(resolved[name].size).toBe(SENDS / 2);
    expect(got.filter(([of]) => of === name).map(([, i]) => i)).toEqual(Array.from({ length: SENDS / 2 }, (_, i) => i));
  }
}

describe.skipIf(!hasNatsServer)("what JetStream keeps", () => {
  it("is handled once and in order, though its server is killed and comes back", { timeout: 120_000 }, async () => {
    await using server = await startNats({ jetstream: true });
    let back: Promise<void> | undefined;
    await flow([server.url], 1, async (sent) => {
      if (sent === 300) {
        await server.kill();
        back = server.restart();
      }
    });
    await back;
  });

  it("keeps no router from closing, though its server is frozen or gone", async () => {
    await using server = await startNats({ jetstream: true });
    const options = { servers: server.url, delivery: "at-least-once", failAfterMs: 50 } as const;
    const a = await Node.start("a", options);
    const b = await Node.start("b", options);
    process.kill(server.pid, "SIGSTOP");
    await a.close();
    process.kill(server.pid, "SIGCONT");
    await server.kill();
    await b.close();
  });

  it("is handled once and in order, though one server of three is killed", { timeout: 180_000 }, async () => {
    const cluster: NatsServer[] = await startNatsCluster({ jetstream: true });
    try {
      const servers = cluster.map(({ url }) => url);
      await flow(servers, 3, async (sent) => {
        if (sent === 300) await cluster[0]?.kill();
      });
    } finally {
      await Promise.all(cluster.map((server) => server[Symbol.asyncDispose]()));
    }
  });
});
