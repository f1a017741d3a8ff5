import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkBoolean, checkFunction, checkInteger, checkOptions, checkString, invalidArgument } from "@graphoid/core";
import { AddressInUseError } from "@graphoid/net";
import { type Distribution, defaultDistribution } from "../index.ts";
import { Feed } from "./feed.ts";
import type { LinkReport } from "./link-rates.ts";

/** Options of {@link serveInspector}. */
export interface InspectorOptions {
  /** The port; 0 asks the system for a free one. Default: 0. */
  readonly port?: number;
  /** Where to listen. Anything off loopback needs `allowPlaintext`. Default: `"127.0.0.1"`. */
  readonly host?: string;
  /** What a browser must show to be let in; it is part of `url`. At least 16 characters. Default: random. */
  readonly token?: string;
  /** Lets whoever is on the way between a browser elsewhere and this host read along. Default: false. */
  readonly allowPlaintext?: boolean;
  /** What to show. Default: the default distribution. */
  readonly distribution?: Distribution;
  /** Connections between other hosts, which this one only knows when it is told. Read twice a second. Default: none. */
  readonly links?: () => Iterable<LinkReport>;
}

/** A running inspector. */
export interface Inspector extends AsyncDisposable {
  /** Where to look, with the token. */
  readonly url: string;
  readonly port: number;
  /** Ends all pages. */
  close(): Promise<void>;
}

const KEYS = ["port", "host", "token", "allowPlaintext", "distribution", "links"];
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
/** The same from `src` and from `dist`: the build writes it. */
const PAGE = new URL("../../dist/inspector/page.html", import.meta.url);
/** A page that takes less than it is told of is told anew when it has caught up. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * Serves a live page of the running system: peers by state, connections by traffic and round trip, routers, partitions,
 * what just happened, and the calls of traces, which can be replayed. It only shows; nothing can be changed from it.
 *
 * It listens on loopback, and lets in who knows the token in `url`. Calls are shown that belong to a trace,
 * `context.create({ trace: true })`, from the moment that the inspector runs.
 *
 * @throws InvalidArgumentError for options that are not as described.
 * @throws AddressInUseError when the port is taken.
 * @example
 * ```ts
 * import { createDistribution } from "@graphoid/distribution";
 * import { serveInspector } from "@graphoid/distribution/inspector";
 *
 * await using distribution = await createDistribution({ identity: "node_a" });
 * await using inspector = await serveInspector({ port: 0, distribution });
 * console.log(inspector.url.startsWith("http://127.0.0.1:")); // true
 * ```
 */
export async function serveInspector(options: InspectorOptions = {}): Promise<Inspector> {
  const call = "serveInspector";
  checkOptions(call, options, KEYS);
  const { port = 0, host = "127.0.0.1", allowPlaintext = false, links = () => [] } = options;
  const { token = randomBytes(16).toString("hex") } = options;
  checkInteger(call, "port", port, 0, 65_535);
  checkString(call, "host", host);
  checkString(call, "token", token);
  if (token.length < 16) throw invalidArgument(call, "token", "at least 16 characters", `${token.length} characters`);
  checkBoolean(call, "allowPlaintext", allowPlaintext);
  checkFunction(call, "links", links);
  if (!LOOPBACK.has(host) && !allowPlaintext) {
    throw invalidArgument(call, "host", "a loopback address, unless `allowPlaintext` is true", host);
  }
  const html = await readFile(PAGE);
  const feed = new Feed(options.distribution ?? defaultDistribution(), links);
  const server = createServer();
  try {
    await listen(server, port, host);
  } catch (error) {
    feed.close();
    throw error;
  }
  return new InspectorServer(server, feed, host, token, html);
}

class InspectorServer implements Inspector {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #feed: Feed;
  readonly #hosts: ReadonlySet<string> | undefined;
  readonly #token: Buffer;
  readonly #html: Buffer;
  readonly #policy: string;
  #closing: Promise<void> | undefined;

  constructor(server: Server, feed: Feed, host: string, token: string, html: Buffer) {
    this.#server = server;
    this.#feed = feed;
    this.#token = Buffer.from(token);
    this.#html = html;
    this.#policy = policyOf(html.toString());
    this.port = (server.address() as AddressInfo).port;
    const name = host.includes(":") ? `[${host}]` : host;
    this.url = `http://${name}:${this.port}/?token=${encodeURIComponent(token)}`;
    // A page of another site whose name leads here must not reach us through the browser (DNS rebinding).
    this.#hosts = LOOPBACK.has(host)
      ? new Set(["127.0.0.1", "[::1]", "localhost"].map((one) => `${one}:${this.port}`))
      : undefined;
    server.on("request", (request, response) => this.#answer(request, response));
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#feed.close();
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("referrer-policy", "no-referrer");
    const url = URL.canParse(request.url ?? "", "http://localhost")
      ? new URL(request.url ?? "", "http://localhost")
      : null;
    if (this.#hosts?.has(request.headers.host ?? "") === false) return end(response, 403, "wrong host name");
    if (url === null) return end(response, 400, "no address");
    if (request.method !== "GET") return end(response, 405, "only GET");
    if (!this.#isToken(url.searchParams.get("token") ?? "")) return end(response, 401, "the address needs its token");
    if (url.pathname === "/") return this.#sendPage(response);
    if (url.pathname === "/events") return this.#sendEvents(response);
    end(response, 404, "not found");
  }

  #isToken(given: string): boolean {
    const bytes = Buffer.from(given);
    return bytes.length === this.#token.length && timingSafeEqual(bytes, this.#token);
  }

  #sendPage(response: ServerResponse): void {
    response.setHeader("content-security-policy", this.#policy);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(this.#html);
  }

  #sendEvents(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let isBehind = false;
    const listen = () =>
      this.#feed.listen((message) => {
        if (isBehind) return;
        if (response.writableLength > MAX_WAITING_BYTES) {
          isBehind = true;
          return;
        }
        response.write(`data: ${JSON.stringify(message)}\n\n`);
      });
    let listening = listen();
    response.on("drain", () => {
      if (!isBehind) return;
      isBehind = false;
      listening.dispose();
      listening = listen();
    });
    response.on("close", () => listening.dispose());
  }
}

/** Only what the build put into the page runs there, and it talks to nobody but us. */
function policyOf(html: string): string {
  const hashOf = (tag: string): string => {
    const [, text = ""] = new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(html) ?? [];
    return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  };
  return [
    "default-src 'none'",
    `script-src ${hashOf("script")}`,
    `style-src ${hashOf("style")}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new AddressInUseError(`serveInspector: ${host}:${port} is in use`, { cause: error })
          : error,
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      server.on("error", () => {});
      resolve();
    });
  });
}
