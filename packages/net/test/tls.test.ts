import { once } from "node:events";
import { connect as tlsConnect } from "node:tls";
import { describe, expect, test } from "vitest";
import { type Certificate, makeCertificate } from "../../../scripts/testing/certificates.ts";
import { nextConnection, until } from "../src/compliance-support.ts";
import { type ClientTls, type Connection, connect, type ListenOptions, listen, type Server } from "../src/index.ts";
import { rawConnect, rawListen, readAll } from "./raw-peer.ts";

const host = "127.0.0.1";
const day = 86_400_000;
const authority = makeCertificate({ name: "authority", isAuthority: true });
const stranger = makeCertificate({ name: "another authority", isAuthority: true });
const forServer = makeCertificate({ name: "node_b", hosts: [host, "localhost"], issuer: authority });
const forClient = makeCertificate({ name: "node_a", hosts: ["graphoid://cluster/node_a"], issuer: authority });

const pem = ({ key, cert }: Certificate): { key: string; cert: string } => ({ key, cert });

async function withServer(
  options: ListenOptions,
  run: (server: Server, errors: unknown[]) => Promise<void>,
): Promise<void> {
  await using server = await listen(host, 0, options);
  const errors: unknown[] = [];
  server.onError((error) => errors.push(error));
  await run(server, errors);
}

async function failure(attempt: Promise<Connection>): Promise<unknown> {
  return attempt.then(
    () => new Error("it connected"),
    (error) => error,
  );
}

describe("TLS", () => {
  test.each([
    ["self-signed", makeCertificate({ name: "x", hosts: [host] }), {}, "self-signed"],
    [
      "expired",
      makeCertificate({
        name: "x",
        hosts: [host],
        issuer: authority,
        from: new Date(0),
        to: new Date(Date.now() - day),
      }),
      {},
      "expired",
    ],
    [
      "not valid yet",
      makeCertificate({
        name: "x",
        hosts: [host],
        issuer: authority,
        from: new Date(Date.now() + day),
        to: new Date(Date.now() + 2 * day),
      }),
      {},
      "not-yet-valid",
    ],
    ["for another address", makeCertificate({ name: "x", hosts: ["10.0.0.1"], issuer: authority }), {}, "wrong-host"],
    ["for another name", forServer, { servername: "db.example.com" }, "wrong-host"],
    ["of an unknown authority", makeCertificate({ name: "x", hosts: [host], issuer: stranger }), {}, "untrusted"],
  ] as const)("N17: the dialler refuses a certificate that is %s", async (_, certificate, extra, reason) => {
    await withServer({ tls: pem(certificate) }, async (server, errors) => {
      const error = await failure(connect(host, server.port, { tls: { ca: authority.cert, ...extra } }));
      expect(error).toMatchObject({ code: "UNAUTHORIZED", details: { reason, refusedBy: "us" } });
      await until(() => server.metrics.failed === 1);
      expect(server.metrics).toMatchObject({ opened: 0, handshaking: 0 });
      expect(errors).toHaveLength(1);
    });
  });

  test("N17: the system's authorities are the default, and do not know ours", async () => {
    await withServer({ tls: pem(forServer) }, async (server) => {
      const error = await failure(connect(host, server.port, { tls: true }));
      expect(error).toMatchObject({ code: "UNAUTHORIZED", details: { reason: "untrusted" } });
    });
  });

  test.each([
    ["missing", undefined, "missing"],
    ["self-signed", makeCertificate({ name: "node_a" }), "self-signed"],
    ["of an unknown authority", makeCertificate({ name: "node_a", issuer: stranger }), "untrusted"],
    [
      "expired",
      makeCertificate({ name: "node_a", issuer: authority, from: new Date(0), to: new Date(Date.now() - day) }),
      "expired",
    ],
  ] as const)(
    "N17: the listener refuses a certificate that is %s, and both ends know why",
    async (_, certificate, reason) => {
      await withServer(
        { tls: { ...pem(forServer), ca: authority.cert, requestCert: true } },
        async (server, errors) => {
          const tls: ClientTls = { ca: authority.cert, ...(certificate ? pem(certificate) : {}) };
          const error = await failure(connect(host, server.port, { tls }));
          expect(error).toMatchObject({ code: "UNAUTHORIZED", details: { reason, refusedBy: "peer" } });
          expect(errors).toMatchObject([{ code: "UNAUTHORIZED", details: { reason, refusedBy: "us" } }]);
          expect(server.metrics).toEqual({ opened: 0, failed: 1, handshaking: 0 });
        },
      );
    },
  );

  test("N17: without a hello, the listener hangs up on a peer without a certificate", async () => {
    const options = { framing: "none", tls: { ...pem(forServer), ca: authority.cert, requestCert: true } } as const;
    await withServer(options, async (server, errors) => {
      const socket = tlsConnect({ host, port: server.port, ca: authority.cert });
      socket.on("error", () => {});
      await once(socket, "close");
      await until(() => errors.length === 1);
      expect(errors).toMatchObject([{ code: "UNAUTHORIZED", details: { reason: "missing" } }]);
      expect(server.metrics.opened).toBe(0);
    });
  });

  const mutual = async (
    identity: string | undefined,
    certificate: Certificate | undefined,
    rejectUnauthorized = true,
  ): Promise<{ here: Connection["peer"]; there: Connection["peer"] }> => {
    const tls = { ...pem(forServer), ca: authority.cert, requestCert: true, rejectUnauthorized };
    await using server = await listen(host, 0, { identity: "node_b", tls });
    const accepted = nextConnection(server);
    const here = await connect(host, server.port, {
      ...(identity === undefined ? {} : { identity }),
      tls: { ca: authority.cert, ...(certificate ? pem(certificate) : {}) },
    });
    return { here: here.peer, there: (await accepted).peer };
  };

  test("proves the identity of both ends", async () => {
    const { here, there } = await mutual("node_a", forClient);
    expect(here).toMatchObject({ identity: "node_b", authenticated: true });
    expect(here.certificateNames).toEqual(["node_b", host, "localhost"]);
    expect(there).toMatchObject({ identity: "node_a", authenticated: true });
    expect(there.certificateNames).toEqual(["node_a", "graphoid://cluster/node_a"]);
    expect(there.certificateFingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test("proves a name of any kind that the certificate carries, and takes one where none is claimed", async () => {
    const uri = "graphoid://cluster/node_a";
    expect((await mutual(uri, forClient)).there).toMatchObject({ identity: uri, authenticated: true });
    expect((await mutual(undefined, forClient)).there).toMatchObject({ identity: "node_a", authenticated: true });
  });

  test("does not prove an identity that the certificate does not carry", async () => {
    const { there } = await mutual("node_c", forClient);
    expect(there).toMatchObject({ identity: "node_c", authenticated: false });
    expect(there.certificateNames).toContain("node_a");
  });

  test("proves nothing by a certificate that was only let through", async () => {
    const fake = makeCertificate({ name: "node_a" });
    const { there } = await mutual("node_a", fake, false);
    expect(there).toMatchObject({ identity: "node_a", authenticated: false, certificateNames: [] });
    expect((await mutual("node_a", undefined, false)).there).toMatchObject({ authenticated: false });
  });

  test("is not fooled by a name that looks like two", async () => {
    const sly = makeCertificate({ name: "node_x", hosts: ["http://x/, DNS:node_a"], issuer: authority });
    const { there } = await mutual("node_a", sly);
    expect(there).toMatchObject({ identity: "node_a", authenticated: false });
    expect(there.certificateNames).toEqual(["node_x", "http://x/, DNS:node_a"]);
  });

  test("over a Unix socket needs to know which name to expect", async () => {
    const path = `/tmp/graphoid-tls-${process.pid}.sock`;
    await using server = await listen({ path }, { tls: pem(forServer) });
    await expect(connect(server.address, { tls: { ca: authority.cert } })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: /servername/,
    });
    const connection = await connect(server.address, { tls: { ca: authority.cert, servername: "localhost" } });
    expect(connection.peer.certificateNames).toContain("localhost");
  });

  test("and plain ends do not understand each other, and say so", async () => {
    await withServer({}, async (server, errors) => {
      const error = await failure(connect(host, server.port, { tls: { ca: authority.cert } }));
      expect(error).toMatchObject({ code: expect.stringMatching(/^(NETWORK|CONNECTION_LOST)$/) });
      expect(errors).toMatchObject([{ code: "PROTOCOL", message: /`tls`/ }]);
    });
    await withServer({ tls: pem(forServer) }, async (server) => {
      const error = await failure(connect(host, server.port));
      expect(error).toMatchObject({ code: expect.stringMatching(/^(PROTOCOL|CONNECTION_LOST)$/) });
    });
    const mail = await rawListen((socket) => socket.write("220 mail.example.com ESMTP\r\n"));
    const error = await failure(connect(host, mail.port, { tls: true }));
    expect(error).toMatchObject({ code: "PROTOCOL", message: /does not speak TLS/ });
    await mail.close();
  });

  test("can answer a peer that has ended its half of a raw stream", async () => {
    await withServer({ framing: "none", tls: pem(forServer) }, async (server) => {
      server.onConnection(async (connection) => {
        for await (const bytes of connection) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          await connection.send(bytes);
        }
      });
      const socket = tlsConnect({ host, port: server.port, ca: authority.cert });
      socket.end("the last words");
      expect((await readAll(socket)).toString()).toBe("the last words");
      await until(() => server.connections.size === 0);
    });
  });

  test("N3: serves honest peers though idle ones fill its handshakes", async () => {
    await withServer({ tls: pem(forServer), maxHandshakes: 5 }, async (server) => {
      const idle = await Promise.all(Array.from({ length: 20 }, () => rawConnect(server.port)));
      await until(() => server.metrics.handshaking === 5);
      for (let i = 0; i < 5; i++) await connect(host, server.port, { tls: { ca: authority.cert } });
      expect(server.connections.size).toBe(5);
      for (const socket of idle) socket.destroy();
      await until(() => server.metrics.handshaking === 0);
    });
  });

  test("N1: a peer that does not even begin its handshake is dropped", async () => {
    await withServer({ tls: pem(forServer), handshakeTimeoutMs: 50 }, async (server, errors) => {
      await readAll(await rawConnect(server.port));
      expect(errors).toMatchObject([{ code: "HANDSHAKE_TIMEOUT" }]);
      expect(server.metrics.handshaking).toBe(0);
    });
  });

  test("refuses settings that cannot work, before it listens", async () => {
    await expect(listen(host, 0, { tls: "yes" as never })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(connect(host, 1, { tls: "yes" as never })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    const unusable = { key: "no key", cert: "no certificate" };
    for (const attempt of [listen(host, 0, { tls: unusable }), connect(host, 1, { tls: unusable })]) {
      await expect(attempt).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: /`tls`/ });
    }
  });
});
