import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { describe, expect, it } from "vitest";
import { joinDirectory, natsRouter, removeNamespace } from "../src/index.ts";
import { hasNatsServer, startNats } from "./nats-server.ts";

const host = {
  identity: "a",
  incarnation: "1",
  encode: () => new Uint8Array(0),
  decode: () => {
    throw new Error("nothing comes");
  },
  deliver: () => {},
  reportPeer: () => {},
};

describe.skipIf(!hasNatsServer)("removeNamespace", () => {
  it("leaves nothing of it, nothing else is touched, and it can be done twice", { timeout: 60_000 }, async () => {
    await using server = await startNats({ jetstream: true });
    const servers = server.url;
    for (const namespace of ["gone", "kept"]) {
      const router = natsRouter({ host, servers, namespace, delivery: "at-least-once" });
      await router.init();
      const directory = await joinDirectory({ host, servers, namespace });
      await directory.close();
      await router.close();
    }
    await removeNamespace({ servers, namespace: "gone" });
    await removeNamespace({ servers, namespace: "gone" });
    const connection = await connect({ servers });
    const manager = await jetstreamManager(connection);
    const names: string[] = [];
    for await (const name of manager.streams.names()) names.push(name);
    await connection.close();
    expect(names.sort()).toEqual(["KV_kept_owners", "KV_kept_peers", "kept"]);
  });

  it("says where there is no JetStream", async () => {
    await using server = await startNats();
    await expect(removeNamespace({ servers: server.url })).rejects.toMatchObject({ code: "UNSUPPORTED_SERVER" });
  });
});
