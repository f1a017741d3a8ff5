import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeCertificate } from "../../../scripts/testing/certificates.ts";
import type { NatsRouterOptions } from "../src/index.ts";
import { codeOf, Node } from "./fake-host.ts";
import { hasNatsServer, startNats } from "./nats-server.ts";

type Access = Omit<NatsRouterOptions, "host">;

async function talks(options: Access): Promise<void> {
  await using a = await Node.start("a", options);
  await using b = await Node.start("b", options);
  expect((await a.ask("b", 1)).payload).toBe(1);
  expect((await b.ask("a", 2)).payload).toBe(2);
}

async function isRefused(options: Access, why: RegExp): Promise<void> {
  const start = Node.start("a", options);
  await expect(start).rejects.toMatchObject({ code: "UNAVAILABLE", cause: expect.any(Error) });
  await expect(start).rejects.toThrow(why);
}

describe.skipIf(!hasNatsServer)("access", () => {
  it("is by a certificate of the client, and by that of the server", async () => {
    const folder = await mkdtemp(join(tmpdir(), "graphoid-nats-tls-"));
    const authority = makeCertificate({ name: "authority", isAuthority: true });
    const stranger = makeCertificate({ name: "stranger", isAuthority: true });
    const of = makeCertificate({ name: "server", hosts: ["127.0.0.1", "localhost"], issuer: authority });
    const client = makeCertificate({ name: "client", issuer: authority });
    const other = makeCertificate({ name: "client", issuer: stranger });
    const files = { ca: authority.cert, cert: of.cert, key: of.key };
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      const [ca, cert, key] = ["ca", "cert", "key"].map((name) => join(folder, name));
      const config = `tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${ca}", verify: true }\n`;
      await using server = await startNats({ config });
      const servers = server.url;
      const nats = (tls: object, timeout = 20_000): Access => ({
        servers,
        nats: { timeout, tls: { ca: authority.cert, ...tls } },
      });
      await talks(nats({ cert: client.cert, key: client.key }));
      // The client hears of a refusal only that the server says nothing more.
      await isRefused(nats({}, 1_000), /timeout|certificate|closed/i);
      await isRefused(nats({ cert: other.cert, key: other.key }, 1_000), /timeout|certificate|unknown ca|closed/i);
      await isRefused({ servers, nats: { tls: { ca: stranger.cert } } }, /certificate/i);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is by user and password", async () => {
    await using server = await startNats({ config: "authorization { user: ann, password: secret }\n" });
    const servers = server.url;
    await talks({ servers, nats: { user: "ann", pass: "secret" } });
    await isRefused({ servers, nats: { user: "ann", pass: "wrong" } }, /authorization/i);
    await isRefused({ servers }, /authorization/i);
  });

  it("is by a token", async () => {
    await using server = await startNats({ config: "authorization { token: secret }\n" });
    const servers = server.url;
    await talks({ servers, nats: { token: "secret" } });
    await isRefused({ servers, nats: { token: "wrong" } }, /authorization/i);
  });

  it("says at once which subscription is not permitted, and ends calls that may not be made", async () => {
    const user = (name: string, permissions: string): string =>
      `{ user: ${name}, password: p, permissions: { ${permissions} } }`;
    const users = [
      user("deaf", 'publish: ">", subscribe: { deny: "graphoid.at.>" }'),
      user("mute", 'subscribe: ">", publish: { deny: "graphoid.at.b" }'),
      user("free", 'publish: ">", subscribe: ">"'),
    ];
    await using server = await startNats({ config: `authorization { users: [ ${users.join(", ")} ] }\n` });
    const as = (name: string): Access => ({ servers: server.url, nats: { user: name, pass: "p" }, probeMs: 20 });
    const refused = Node.start("a", as("deaf"));
    await expect(refused).rejects.toMatchObject({ code: "UNAVAILABLE", cause: expect.any(Error) });
    await expect(refused).rejects.toThrow(/subscription.*graphoid\.at\.a/);
    await using b = await Node.start("b", as("free"));
    await using a = await Node.start("a", as("mute"));
    expect((await b.ask("a", 1)).payload).toBe(1);
    expect(codeOf(await a.ask("b"))).toMatch(/PEER_LOST|UNAVAILABLE/);
    expect(b.host.of("request")).toEqual([]);
    expect((await b.ask("a", 2)).payload).toBe(2);
  });
});
