import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { listen } from "../src/index.ts";
import { webSocketTransport } from "../src/websocket.ts";
import { missing } from "./missing.ts";

const browser = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);
if (browser === undefined) missing("chromium", "a browser as a peer");

/** What the page does: messages of many sizes there and back, a ping beside bulk, an end in order. */
const page = (url: string): string => `
  import { connect } from "./browser.ts";
  const conn = await connect("${url}", { identity: "page" });
  const sizes = [0, 1, 100, 65536, 65537, 1000000];
  for (const size of sizes) await conn.send(new Uint8Array(size).fill(size));
  const got = [];
  for (const size of sizes) {
    const message = await conn.receive();
    got.push(message.length === size && message.every((byte) => byte === (size & 255)));
  }
  const bulk = conn.send(new Uint8Array(4000000), { lane: "bulk" });
  await conn.send(new Uint8Array([7]), { lane: "control" });
  got.push((await conn.receive()).length, (await conn.receive()).length);
  await bulk;
  await conn.close({ reason: "done" });
  const refused = await connect("${url}nowhere").catch(({ code }) => code);
  await fetch("/done", { method: "POST", body: JSON.stringify({ got, refused }) });
`;

test.runIf(browser)("a page in a browser is a peer like any other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graphoid-browser-"));
  const web = createServer();
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  const origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const transport = webSocketTransport({ origins: [origin] });
  await using server = await listen("127.0.0.1", 0, { transport });
  const identities: (string | undefined)[] = [];
  const ends: string[] = [];
  server.onConnection(async (connection) => {
    identities.push(connection.peer.identity);
    void connection.closed.then(({ message }) => ends.push(message));
    for await (const message of connection) await connection.send(message);
  });
  const { outputFiles } = await build({
    stdin: {
      contents: page(`ws://127.0.0.1:${server.port}/`),
      resolveDir: fileURLToPath(new URL("../src", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@graphoid/source"],
    logLevel: "error",
  });
  // Nothing of Node in it: the bundle would not have been made otherwise.
  const done = new Promise<unknown>((resolve) => {
    web.on("request", async (request, response) => {
      if (request.method === "POST") {
        let text = "";
        for await (const part of request.setEncoding("utf8")) text += part;
        response.end();
        resolve(JSON.parse(text));
      } else if (request.url === "/page.js") {
        response.setHeader("content-type", "text/javascript").end(outputFiles[0]!.text);
      } else response.setHeader("content-type", "text/html").end('<script type="module" src="/page.js"></script>');
    });
  });
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const child: ChildProcess = spawn(browser!, [...flags, `--user-data-dir=${folder}`, `${origin}/`], {
    stdio: "ignore",
  });
  try {
    expect(await done).toEqual({
      got: [true, true, true, true, true, true, 1, 4_000_000],
      refused: "CONNECTION_REFUSED",
    });
    expect(identities).toEqual(["page"]);
    expect(ends).toEqual([expect.stringMatching(/done/)]);
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
    web.closeAllConnections();
    web.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

test("pages from elsewhere, other paths and other requests are refused", async () => {
  const errors: unknown[] = [];
  await using server = await listen("127.0.0.1", 0, { transport: webSocketTransport({ path: "/graph" }) });
  server.onError((error) => errors.push(error));
  const ask = async (path: string, headers: Record<string, string>): Promise<number> => {
    const request = await import("node:http").then(({ get }) =>
      get({ host: "127.0.0.1", port: server.port, path, headers }),
    );
    const [response] = await Promise.race([once(request, "response"), once(request, "upgrade")]);
    response.destroy();
    return response.statusCode;
  };
  const upgrade = {
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  expect(await ask("/graph", { ...upgrade, origin: "https://evil.example" })).toBe(403);
  expect(await ask("/other", upgrade)).toBe(404);
  expect(await ask("/graph", {})).toBe(426);
  expect(await ask("/graph", { ...upgrade, origin: `http://127.0.0.1:${server.port}` })).toBe(101);
  expect(errors.slice(0, 2)).toMatchObject([{ code: "UNAUTHORIZED", message: /evil/ }, { code: "PROTOCOL" }]);
});
