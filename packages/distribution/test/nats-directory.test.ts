import { joinDirectory } from "@graphoid/nats";
import { expect, it, vi } from "vitest";
import { hasNatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import { createDistribution, type HostEndpoint } from "../src/index.ts";

const loopback = { host: "127.0.0.1", port: 0 };

it.skipIf(!hasNatsServer)(
  "hosts that find each other by a directory call each other over TCP, and are bridge nodes of the universe",
  { timeout: 60_000 },
  async () => {
    await using server = await startNats({ jetstream: true });
    const start = async (identity: string) => {
      const distribution = await createDistribution({ identity, listen: loopback });
      const { host, port } = distribution.address as HostEndpoint;
      const address = `${host}:${port}`;
      const directory = await joinDirectory({ host: distribution.host, address, servers: server.url });
      return { distribution, directory, address, known: [{ id: identity, host, port }] };
    };
    const a = await start("a");
    const b = await start("b");
    try {
      const { reflect, remote, routing, universe } = a.distribution;
      await vi.waitFor(() => expect(universe.peer("b")?.state).toBe("connected"), { timeout: 30_000 });
      expect(universe.peer("b")).toMatchObject({
        address: b.address,
        incarnation: b.distribution.incarnation,
      });
      const bridges = [...reflect.universe().distribution().peers()];
      expect(bridges).toMatchObject([{ id: "b", state: "connected" }]);

      await routing.init({ known: b.known });
      b.distribution.remote.expose("x", { twice: (n: number) => 2 * n });
      expect(await remote.ref({ id: "x", location: "b" }).request("twice", 4)).toBe(8);
      await b.directory.claim("shard");
      await vi.waitFor(() => expect(a.directory.owner("shard")?.owner).toBe("b"), { timeout: 30_000 });

      await b.directory.close();
      await vi.waitFor(() => expect(universe.peer("b")?.state).toBe("left"), { timeout: 30_000 });
      expect(a.directory.owner("shard")).toBeUndefined();
    } finally {
      for (const { directory, distribution } of [a, b]) {
        await directory.close();
        await distribution.close();
      }
    }
  },
);
