// How quick the page of the inspector is with 1,000 peers and 5,000 links: frames a second while the map is moved, and how
// long a change of state takes until it is drawn. `node packages/distribution/bench/inspector.mjs`, after a build.

import { existsSync } from "node:fs";
import { createDistribution } from "@graphoid/distribution";
import { serveInspector } from "@graphoid/distribution/inspector";
import puppeteer from "puppeteer-core";

const PEERS = 1_000;
const LINKS = 5_000;
const SECONDS = 5;
const CHANGES = 50;

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (executablePath === undefined) throw new Error("install chromium (Debian: apt-get install chromium)");

const distribution = await createDistribution({ identity: "here", router: "none" });
const names = Array.from({ length: PEERS }, (_, i) => `peer_${i}`);
for (const [i, id] of names.entries()) {
  distribution.universe.reportPeer({ id, state: "connected", address: `10.0.${i >> 8}.${i & 255}:9000` });
}
let reading = 0;
const links = function* () {
  reading++;
  for (let i = 0; i < LINKS - PEERS; i++) {
    const [from, to] = [names[(i * 7) % PEERS], names[(i * 7 + 1 + (i % 997)) % PEERS]];
    // A tenth of them are busy.
    yield { from, to, bytes: i % 10 === 0 ? reading * i * 100 : 0, messages: reading, roundTripMs: i % 250 };
  }
};
const inspector = await serveInspector({ distribution, links });
const browser = await puppeteer.launch({
  executablePath,
  // Without a graphics processor: what a browser does then is the slowest that anyone sees.
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--enable-unsafe-swiftshader"],
  defaultViewport: { width: 1280, height: 800 },
});
try {
  const page = await browser.newPage();
  await page.goto(inspector.url);
  await page.waitForFunction((nodes) => globalThis.inspectorPage?.map.order.nodes > nodes, {}, PEERS);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const drawn = await page.evaluate(() => globalThis.inspectorPage.map.order);
  const move = () =>
    page.evaluate(
      (ms) =>
        new Promise((resolve) => {
          const camera = globalThis.inspectorPage.map.sigma.getCamera();
          const times = [];
          const start = performance.now();
          const draw = (now) => {
            times.push(now);
            if (now - start < ms) requestAnimationFrame(draw);
            else resolve(times);
          };
          void camera.animate({ x: 0.6, y: 0.4, ratio: 0.7 }, { duration: ms, easing: "linear" });
          requestAnimationFrame(draw);
        }),
      SECONDS * 1000,
    );
  // At first the page does not know how slow the machine is.
  await move();
  const frames = await move();
  const settings = await page.evaluate(() => globalThis.inspectorPage.map.sigma.getSetting("hideEdgesOnMove"));
  const gaps = frames.slice(1).map((time, i) => time - frames[i]);
  const perSecond = (1000 * gaps.length) / (frames.at(-1) - frames[0]);
  await page.evaluate(() => {
    globalThis.seen = new Map();
    const look = () => {
      const text = document.querySelector("#events li")?.textContent ?? "";
      const id = /peer_\d+/.exec(text)?.[0];
      // This frame has drawn it; the next callback comes after.
      if (id !== undefined && !globalThis.seen.has(id))
        globalThis.seen.set(id, performance.timeOrigin + performance.now());
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const delays = [];
  for (let i = 0; i < CHANGES; i++) {
    const id = names[i * 3];
    const at = performance.timeOrigin + performance.now();
    distribution.universe.reportPeer({ id, state: "failed", reason: "killed" });
    const seen = await page.waitForFunction((peer) => globalThis.seen.get(peer), { polling: "raf" }, id);
    delays.push((await seen.jsonValue()) - at);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  delays.sort((a, b) => a - b);
  gaps.sort((a, b) => a - b);
  const at = (values, share) => values[Math.floor(values.length * share)].toFixed(0);
  process.stdout.write(
    `${drawn.nodes} nodes and ${drawn.edges} edges drawn\n` +
      `${perSecond.toFixed(1)} frames a second while the map moves${settings ? ", lines left out meanwhile" : ""}; frame p50 ${at(gaps, 0.5)} ms, p95 ${at(gaps, 0.95)} ms\n` +
      `a change of state is drawn after p50 ${at(delays, 0.5)} ms, p95 ${at(delays, 0.95)} ms, at most ${at(delays, 0.999)} ms\n`,
  );
} finally {
  await browser.close();
  await inspector.close();
  await distribution.close();
}
