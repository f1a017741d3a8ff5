import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a browser that runs without a screen may be called. */
export const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];

/**
 * Runs a module in a page of its own. What the page posts to `/`, as JSON, goes to `onMessage` until that returns true.
 * Returns how it ended where that was too early.
 *
 * @param {string} browser @param {string} code @param {number} timeoutMs @param {(message: any) => boolean} onMessage
 * @returns {Promise<string | undefined>}
 */
export async function runInBrowser(browser, code, timeoutMs, onMessage) {
  const profile = await mkdtemp(join(tmpdir(), "graphoid-browser-"));
  /** @type {() => void} */
  let finish = () => {};
  /** @type {Promise<undefined>} */
  const finished = new Promise((done) => {
    finish = () => done(undefined);
  });
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      let text = "";
      for await (const part of request.setEncoding("utf8")) text += part;
      response.end();
      if (onMessage(JSON.parse(text))) finish();
    } else if (request.url === "/module.js") {
      response.setHeader("content-type", "text/javascript; charset=utf-8").end(code);
    } else
      response
        .setHeader("content-type", "text/html; charset=utf-8")
        .end('<body><script type="module" src="/module.js"></script>');
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const flags = [...FLAGS, `--user-data-dir=${profile}`];
  const child = spawn(browser, [...flags, `http://127.0.0.1:${port}/`], { stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  /** @type {Promise<string>} */
  const ended = new Promise((done) => {
    child.once("error", (error) => done(String(error)));
    child.once("close", (status, signal) => done(`the browser ended with ${signal ?? status}`));
  });
  const end = await Promise.race([finished, ended]);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
  server.closeAllConnections();
  server.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return end;
}
