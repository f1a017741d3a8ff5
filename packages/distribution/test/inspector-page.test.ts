import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDistribution, type Distribution } from "../src/index.ts";
import { type Inspector, type InspectorOptions, serveInspector } from "../src/inspector/index.ts";
import { addressOf, quietHost } from "./inspector-host.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const OUT = fileURLToPath(new URL("../../../out/inspector", import.meta.url));

let browser: Browser;

beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  if (CHROMIUM === undefined) throw new Error("install chromium (Debian: apt-get install chromium)");
  browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--enable-unsafe-swiftshader"],
    defaultViewport: { width: 1280, height: 800 },
    protocolTimeout: 120_000,
  });
}, 120_000);

afterAll(() => browser?.close());

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly inspector: Inspector;
  /** What went wrong in the page. */
  readonly errors: string[];
}

async function open(distribution: Distribution, options: InspectorOptions = {}): Promise<Opened> {
  const inspector = await serveInspector({ distribution, ...options });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(inspector.url);
  await page.waitForFunction(() => document.title.includes("Graphoid"), { timeout: 60_000 });
  return {
    page,
    inspector,
    errors,
    async [Symbol.asyncDispose]() {
      await page.close();
      await inspector.close();
    },
  };
}

function text(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? "");
}

describe("the page of the inspector, in a browser", () => {
  it("says which peer just died, and why", async () => {
    await using d = await quietHost();
    for (let i = 1; i <= 6; i++) {
      d.universe.reportPeer({ id: `worker_${i}`, state: "connected", address: `10.0.1.${i}:9000`, incarnation: "r1" });
    }
    d.universe.reportPeer({ id: "worker_6", state: "suspect" });
    d.universe.reportPeer({ id: "worker_5", state: "disconnected", reason: "closed" });
    d.universe.reportRouters([
      { name: "tcp", active: true, guarantees: { order: "sender", delivery: "at-most-once" } },
      { name: "echo", active: false },
    ]);
    d.universe.reportPartitions({
      name: "packages",
      strategy: "hash",
      partitions: [
        { id: 0, nodes: 10, edges: 12, cutEdges: 3, host: "worker_1" },
        { id: "0", nodes: 20, host: "worker_2" },
      ],
    });
    const bytes = { worker_1: 5e6, worker_2: 4e3, worker_3: 0 };
    const links = () =>
      Object.entries(bytes).map(([to, count]) => ({
        from: "node_a",
        to,
        bytes: count,
        messages: 5,
        roundTripMs: count / 1e5,
      }));
    await using opened = await open(d, { links });
    const { page, errors } = opened;
    expect(await text(page, "#title")).toBe("The system as node_a sees it");
    expect(await text(page, "#states")).toContain("4 connected: works");
    d.universe.reportPeer({ id: "worker_4", state: "failed", reason: new Error("connection reset by peer") });
    await page.waitForFunction(() => document.querySelector("#headline")?.textContent?.includes("worker_4 failed"));
    expect(await text(page, "#headline")).toMatch(
      /^✕ worker_4 failed \d+ s ago \(died, or was lost\): connection reset by peer; 1 more in trouble$/,
    );
    expect(await text(page, "#events li")).toContain("worker_4: connected → failed");
    expect(await text(page, "#partitions")).toContain("worker_1");
    const ids = await page.$$eval("#partitions td:first-child", (cells) => cells.map((cell) => cell.textContent));
    expect(ids).toEqual(["0", '"0"']);
    expect(await text(page, "#routers")).toContain("tcp, in use (order: sender, at-most-once)");
    await page.evaluate(() => (document.querySelector("#headline button") as HTMLElement).click());
    await page.waitForSelector("#details:not([hidden])");
    expect(await text(page, "#details")).toContain("connection reset by peer");
    await page.screenshot({ path: `${OUT}/died.png` });
    expect(errors).toEqual([]);
  });

  it("keeps every host in its place, whatever comes and goes, and when it is opened again", async () => {
    await using d = await quietHost();
    for (let i = 0; i < 10; i++) d.universe.reportPeer({ id: `p${i}`, state: "connected" });
    await using opened = await open(d);
    const { page, errors } = opened;
    const places = () =>
      page.evaluate(() => {
        const { map } = (
          globalThis as never as {
            inspectorPage: { map: { placeOf(id: string): object; sigma: { graphToViewport(place: object): object } } };
          }
        ).inspectorPage;
        return Array.from({ length: 10 }, (_, i) => map.sigma.graphToViewport(map.placeOf(`p${i}`)));
      });
    const before = await places();
    for (let i = 0; i < 10; i += 2) d.universe.reportPeer({ id: `p${i}`, state: "failed" });
    for (let i = 10; i < 20; i++) d.universe.reportPeer({ id: `p${i}`, state: "connecting" });
    await page.waitForFunction(() => document.querySelector("#states")?.textContent?.includes("10 connecting"));
    expect(await places()).toEqual(before);
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#states")?.textContent?.includes("10 connecting"));
    expect(await places()).toEqual(before);
    expect(errors).toEqual([]);
  });

  it("shows hostile names as text, and runs none of them", async () => {
    const hostile = [
      "<img src=x onerror=alert(1)>",
      "</script><script>alert(2)</script>",
      '"><svg/onload=alert(3)>',
      "javascript:alert(4)",
      "\u202egnp.exe",
      "a\nb\u0000\u0007",
      "__proto__",
      "constructor",
      "node_b",
      "peer/local",
      "x".repeat(5000),
      'data: {}\n\ndata: {"kind":"state"}',
    ];
    await using d = await quietHost("node_a</title><script>alert(5)</script>");
    for (const [i, id] of hostile.entries()) {
      d.universe.reportPeer({ id, state: i % 2 ? "failed" : "connected", reason: hostile[i], address: id });
    }
    d.universe.reportRouters([{ name: hostile[0] as string, active: true }]);
    d.universe.reportPartitions({
      name: hostile[1] as string,
      strategy: hostile[2] as string,
      partitions: [{ id: hostile[0] as string, host: "__proto__" }],
    });
    await using opened = await open(d, {
      links: () => [{ from: "__proto__", to: "constructor", bytes: 1, messages: 1 }],
    });
    const { page, errors } = opened;
    await page.waitForFunction((count) => document.querySelectorAll("#events li").length === count, {}, 0);
    for (const id of hostile) d.universe.reportPeer({ id, state: "left" });
    await page.waitForFunction((count) => document.querySelectorAll("#events li").length === count, {}, hostile.length);
    const found = await page.evaluate(() => ({
      markup: document.querySelectorAll("img, svg, iframe, body script:not(:last-of-type)").length,
      scripts: document.scripts.length,
      events: [...document.querySelectorAll("#events li")].map((item) => item.textContent),
    }));
    expect(found.markup).toBe(0);
    expect(found.scripts).toBe(1);
    expect(found.events.join()).toContain("<img src=x onerror=alert(1)>: connected → left");
    expect(found.events.join()).toContain("<U+202E>gnp.exe");
    expect(errors).toEqual([]);
    await page.screenshot({ path: `${OUT}/hostile.png` });
  });

  it("shows the calls of a trace, and replays them over the map", async () => {
    const loopback = { host: "127.0.0.1", port: 0 };
    await using b = await createDistribution({ identity: "node_b", listen: loopback });
    await using a = await createDistribution({ identity: "node_a", listen: loopback, peers: [addressOf(b)] });
    await using opened = await open(a);
    const { page, errors } = opened;
    b.remote.expose("shop", {
      buy: () => "bought",
      sell: () => {
        throw new Error("nothing left");
      },
    });
    const context = a.context.create({ trace: true });
    await context.run(async () => {
      await a.remote.ref({ id: "shop", location: "node_b" }).request("buy");
      await a.remote
        .ref({ id: "shop", location: "node_b" })
        .request("sell")
        .catch(() => {});
    });
    await page.waitForFunction(() => document.querySelector("#traces")?.textContent?.includes("1 failed"));
    expect(await text(page, "#traces")).toMatch(/▶ \S+ buy: 2 calls, \d+\.\d ms, 1 failed/);
    await page.evaluate(() => (document.querySelector("#traces button") as HTMLElement).click());
    await page.waitForFunction(() => {
      const canvas = document.querySelector("#overlay") as HTMLCanvasElement;
      if (canvas.width === 0) return false;
      const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      );
      return data.some((value) => value > 0);
    });
    await page.screenshot({ path: `${OUT}/replay.png` });
    expect(errors).toEqual([]);
  });

  it("says so when the host itself is gone", async () => {
    await using d = await quietHost();
    await using opened = await open(d);
    const { page, inspector } = opened;
    await inspector.close();
    await page.waitForSelector("#notice:not([hidden])");
    expect(await text(page, "#notice")).toContain("does not answer");
  });
});
