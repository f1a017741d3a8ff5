import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, connect, listen } from "@graphoid/net";
import type { Handler, Link, System } from "./system.ts";

/** One message after the other: `for await` to receive, and every `send` awaited. */
async function receiveSingly(connection: Connection, handler: Handler): Promise<void> {
  for await (const message of connection) {
    const taken = handler(message);
    if (taken !== undefined) await taken;
  }
}

/** All that has come at a time, for one promise. */
async function receiveLists(connection: Connection, handler: Handler): Promise<void> {
  for await (const messages of connection.batches()) {
    let taken: Promise<void> | undefined;
    for (const message of messages) taken = handler(message);
    // The promises of `send` are one and the same while they wait.
    if (taken !== undefined) await taken;
  }
}

const linkOf = (connection: Connection, lists: boolean): Link => ({
  send: (message) => connection.send(message),
  ...(lists ? { sendAll: (messages) => connection.sendAll(messages) } : {}),
  close: () => connection.close(),
});

/** A key and a self-signed certificate for this run, by OpenSSL's program. */
function makeCertificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "graphoid-bench-"));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...names, "-keyout", keyFile, "-out", certFile], {
    stdio: "ignore",
  });
  const made = { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
  rmSync(folder, { recursive: true });
  return made;
}

interface Address {
  readonly port: number;
  readonly ca?: string;
}

function graphoidSystem(secure: boolean, lists: boolean): System {
  const receive = lists ? receiveLists : receiveSingly;
  return {
    async serve(connected) {
      const tls = secure ? makeCertificate() : undefined;
      const server = await listen("127.0.0.1", 0, tls ? { tls } : {});
      server.onConnection((connection) => receive(connection, connected(linkOf(connection, lists))));
      return { address: { port: server.port, ...(tls ? { ca: tls.cert } : {}) } };
    },
    async open(address, handler) {
      const { port, ca } = address as Address;
      const connection = await connect("127.0.0.1", port, ca === undefined ? {} : { tls: { ca } });
      receive(connection, handler).catch(() => {});
      return linkOf(connection, lists);
    },
  };
}

export const graphoid: System = graphoidSystem(false, true);
export const graphoidSingly: System = graphoidSystem(false, false);
export const graphoidTls: System = graphoidSystem(true, true);
