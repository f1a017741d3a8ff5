import { checkInteger, checkOptions, checkString, invalidArgument } from "@graphoid/core";

/** A host (name or IP address) and a port. */
export interface HostEndpoint {
  readonly host: string;
  readonly port: number;
}

/** A Unix domain socket, or a named pipe on Windows. */
export interface PathEndpoint {
  readonly path: string;
}

/** Where a connection goes to or comes from. */
export type Endpoint = HostEndpoint | PathEndpoint;

/** The endpoint as people write it: `127.0.0.1:9000`, `[::1]:9000`, `/run/app.sock`. */
export function describeEndpoint(endpoint: Endpoint): string {
  if ("path" in endpoint) return endpoint.path || "an unnamed Unix socket";
  return endpoint.host.includes(":") ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}

/** Makes the endpoint of `connect(host, port)` and `connect({ path })`; throws on anything else. */
export function toEndpoint(call: string, hostOrEndpoint: unknown, port: unknown, minPort: 0 | 1): Endpoint {
  if (typeof hostOrEndpoint === "string") {
    if (hostOrEndpoint === "") throw invalidArgument(call, "host", "a host name or address", hostOrEndpoint);
    checkInteger(call, "port", port, minPort, 65_535);
    return { host: hostOrEndpoint, port };
  }
  if (typeof hostOrEndpoint !== "object" || hostOrEndpoint === null) {
    throw invalidArgument(call, "host", "a string, { host, port } or { path }", hostOrEndpoint);
  }
  if ("path" in hostOrEndpoint) {
    checkOptions(call, hostOrEndpoint, ["path"]);
    const { path } = hostOrEndpoint;
    checkString(call, "path", path);
    if (path === "") throw invalidArgument(call, "path", "a path", path);
    return { path };
  }
  checkOptions(call, hostOrEndpoint, ["host", "port"]);
  const { host, port: ownPort } = hostOrEndpoint as Partial<HostEndpoint>;
  checkString(call, "host", host);
  return toEndpoint(call, host, ownPort, minPort);
}

/** Whether traffic to and from the endpoint stays on this machine. Names other than `localhost` count as outside. */
export function isLocalEndpoint(endpoint: Endpoint): boolean {
  if ("path" in endpoint) return true;
  const host = endpoint.host.toLowerCase();
  return host === "localhost" || host === "::1" || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
