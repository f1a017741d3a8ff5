import { natsRouter } from "@graphoid/nats";
import { expect, it } from "vitest";
import { hasNatsServer, startNatsCluster } from "../../../scripts/testing/nats-server.ts";
import { createDistribution, type Distribution } from "../src/index.ts";

const TRANSFERS = 300;
const WINDOW = 10;

/** A host that is connected to the server of this number first. */
function join(identity: string, servers: readonly string[], first: number): Promise<Distribution> {
  const ordered = [...servers.slice(first), ...servers.slice(0, first)];
  return createDistribution({
    identity,
    router: "nats",
    routers: {
      nats: (host) =>
        natsRouter({
          host,
          servers: ordered,
          nats: { noRandomize: true },
          delivery: "at-least-once",
          jetStream: { replicas: 3, ackWaitMs: 2_000 },
        }),
    },
  });
}

it.skipIf(!hasNatsServer)(
  "transfers between accounts survive the loss of one of three servers, each made once, and the universe shows it",
  { timeout: 120_000 },
  async () => {
    const servers = await startNatsCluster({ jetstream: true });
    const urls = servers.map(({ url }) => url);
    const [teller, debit, credit] = (await Promise.all(
      ["teller", "debit", "credit"].map((identity, i) => join(identity, urls, i)),
    )) as [Distribution, Distribution, Distribution];
    try {
      const booked = { debit: [] as number[], credit: [] as number[] };
      debit.remote.expose("account", { book: (transfer: number) => booked.debit.push(transfer) });
      credit.remote.expose("account", { book: (transfer: number) => booked.credit.push(transfer) });
      const from = teller.remote.ref({ id: "account", location: "debit" });
      const to = teller.remote.ref({ id: "account", location: "credit" });
      const states: string[] = [];
      debit.universe.onPeer((change) => states.push(change.to));
      const options = { timeoutMs: 60_000 };
      const acknowledged: number[] = [];
      let next = 0;
      let killed: Promise<void> | undefined;
      const chain = async (): Promise<void> => {
        while (next < TRANSFERS) {
          const transfer = next++;
          // The server that the account to be debited is connected to.
          if (transfer === TRANSFERS / 3) killed = servers[1]?.kill();
          await from.request("book", transfer, options);
          await to.request("book", transfer, options);
          acknowledged.push(transfer);
        }
      };
      await Promise.all(Array.from({ length: WINDOW }, chain));
      await killed;
      const all = Array.from({ length: TRANSFERS }, (_, i) => i);
      const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
      expect(sorted(acknowledged)).toEqual(all);
      expect(sorted(booked.debit)).toEqual(all);
      expect(sorted(booked.credit)).toEqual(all);

      // The host that lost its server has gone to another, where it reaches the others.
      const [peer] = debit.reflect.universe().distribution().peers();
      expect(peer).toMatchObject({ id: "teller", state: "connected" });
      const lost = new URL(urls[1] as string).port;
      expect(peer?.address).toMatch(/:\d+$/);
      expect(peer?.address?.endsWith(`:${lost}`)).toBe(false);
      expect(states).toEqual(["connected", "suspect", "connected"]);
    } finally {
      await Promise.all([teller, debit, credit].map((host) => host.close()));
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    }
  },
);
