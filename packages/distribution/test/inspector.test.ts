import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { createDistribution, type Distribution } from "../src/index.ts";
import { type Inspector, serveInspector } from "../src/inspector/index.ts";
import type { InspectorMessage, StateMessage } from "../src/inspector/messages.ts";
import { addressOf, quietHost } from "./inspector-host.ts";

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function get(port: number, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers, method }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

/** What a page is told, until `stop` says that it has seen enough. */
async function events(inspector: Inspector, stop: (message: InspectorMessage) => boolean): Promise<InspectorMessage[]> {
  const url = new URL(inspector.url);
  const response = await fetch(`${url.origin}/events${url.search}`);
  const messages: InspectorMessage[] = [];
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const message = JSON.parse(text.slice("data: ".length, end)) as InspectorMessage;
      text = text.slice(end + 2);
      messages.push(message);
      if (stop(message)) return messages;
    }
  }
  return messages;
}

describe("serveInspector", () => {
  it("lets in who knows the token, by the name of this machine, to look and no more", async () => {
    await using d = await quietHost();
    await using inspector = await serveInspector({ distribution: d });
    const { port, url } = inspector;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}$/);
    const { search } = new URL(url);
    const page = await get(port, `/${search}`);
    expect(page.status).toBe(200);
    expect(page.body).toContain("<title>Graphoid inspector</title>");
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src/,
    );
    // Nothing of it comes from elsewhere.
    expect(page.body).not.toMatch(/(src|href)=["']?https?:/);
    for (const path of ["/", "/events", "/?token=", `/?token=${"0".repeat(32)}`, "/?token=%E2%82%AC"]) {
      expect((await get(port, path)).status).toBe(401);
    }
    expect((await get(port, "//")).status).toBe(400);
    expect((await get(port, `/other${search}`)).status).toBe(404);
    expect((await get(port, `/${search}`, {}, "POST")).status).toBe(405);
    expect((await get(port, `/${search}`, { host: `evil.example:${port}` })).status).toBe(403);
    expect((await get(port, `/${search}`, { host: `localhost:${port}` })).status).toBe(200);
  });

  it("tells how things stand, and then what changes", async () => {
    await using d = await quietHost();
    d.universe.reportPeer({ id: "b", state: "connected", address: "10.0.0.1:1" });
    await using inspector = await serveInspector({ distribution: d });
    d.universe.reportPeer({ id: "c", state: "connecting" });
    const all = await events(inspector, (message) => {
      if (message.kind === "state") {
        d.universe.reportPeer({ id: "b", state: "failed", reason: "reset" });
        d.universe.reportPartitions({ strategy: "hash", partitions: [{ id: 0, host: "b" }] });
      }
      return message.kind === "partitions";
    });
    const [state] = all as [StateMessage];
    expect(state).toMatchObject({ kind: "state", local: { id: "node_a" } });
    expect(state.peers.map(({ id, slot, state }) => [id, slot, state])).toEqual([
      ["b", 0, "connected"],
      ["c", 1, "connecting"],
    ]);
    expect(state.changes.map(({ id, to }) => `${id} ${to}`)).toEqual(["c connecting"]);
    expect(all.filter(({ kind }) => kind === "peer")).toMatchObject([
      { change: { id: "b", to: "failed", reason: "reset", slot: 0 } },
    ]);
    expect(all.at(-1)).toMatchObject({ kind: "partitions", partitions: [{ split: "default", id: 0, host: "b" }] });
  });

  it("tells the traffic and round trip of real connections, and the calls of traces", async () => {
    const loopback = { host: "127.0.0.1", port: 0 };
    await using b = await createDistribution({ identity: "b", listen: loopback });
    await using a = await createDistribution({ identity: "a", listen: loopback, peers: [addressOf(b)] });
    b.remote.expose("x", { twice: (n: number) => 2 * n, fail: () => Promise.reject(new Error("no")) });
    a.remote.expose("y", { back: () => "here" });
    await using inspector = await serveInspector({ distribution: a });
    const ref = a.remote.ref({ id: "x", location: "b" });
    await ref.request("twice", 1);
    const context = a.context.create({ trace: true });
    await context.run(async () => {
      await ref.request("twice", 2);
      await ref.request("fail").catch(() => {});
      await ref.send("twice", 3);
    });
    const traced = b.context.create({ trace: true });
    await traced.run(() => b.remote.ref({ id: "y", location: "a" }).request("back"));
    const all = await events(inspector, ({ kind }) => kind === "links");
    const [state] = all as [StateMessage];
    const calls = state.traces.flatMap(({ steps }) => steps);
    expect(calls.map(({ name, target, from, to, status }) => [name, target, from, to, status])).toEqual([
      ["twice", "x", "a", "b", "ok"],
      ["fail", "x", "a", "b", "error"],
      ["twice", "x", "a", "b", "ok"],
      ["back", "y", "b", "a", "ok"],
    ]);
    for (const { durationMs } of calls) expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(state.traces[0]?.id).toBe(context.trace.traceId);
    const links = all.at(-1);
    expect(links).toMatchObject({ kind: "links", links: [{ from: "a", to: "b", messages: expect.any(Number) }] });
    expect(a.peerTraffic.map(({ id }) => id)).toEqual(["b"]);
    const [{ id: _, roundTripMs: __, ...traffic } = { id: "" }] = a.peerTraffic;
    expect(traffic).toEqual(a.traffic);
  });

  it("closes twice, frees its port, ends its pages, and watches no more", async () => {
    await using d = await quietHost();
    const inspector = await serveInspector({ distribution: d });
    const following = events(inspector, () => false).catch(() => "ended");
    await expect(serveInspector({ distribution: d, port: inspector.port })).rejects.toMatchObject({
      code: "ADDRESS_IN_USE",
    });
    await inspector.close();
    await inspector.close();
    await following;
    const again = await serveInspector({ distribution: d, port: inspector.port });
    await again.close();
    d.universe.reportPeer({ id: "late", state: "connecting" });
  });

  it("refuses what is not as described", async () => {
    const refused = (options: object): Promise<unknown> =>
      expect(serveInspector(options as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await refused({ port: -1 });
    await refused({ port: 65_536 });
    await refused({ token: "short" });
    await refused({ host: "0.0.0.0" });
    await refused({ links: 5 });
    await refused({ open: true });
  });

  it("shows the default distribution by default", async () => {
    const { defaultDistribution } = await import("../src/index.ts");
    const inspector = await serveInspector();
    const [state] = (await events(inspector, () => true)) as [StateMessage];
    expect(state.local.id).toBe((defaultDistribution() as Distribution).identity);
    await inspector.close();
    await defaultDistribution().close();
  });
});
