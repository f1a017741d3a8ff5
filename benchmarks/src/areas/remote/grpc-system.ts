import { createRequire } from "node:module";
import type { CallSystem, Payload } from "./system.ts";

/** What is used of the packages, whose own declarations do not pass our checks of types. */
interface Grpc {
  readonly credentials: { createInsecure(): object };
  readonly ServerCredentials: { createInsecure(): object };
  readonly Server: new () => {
    addService(service: object, handlers: object): void;
    bindAsync(address: string, credentials: object, done: (error: Error | null, port: number) => void): void;
  };
  loadPackageDefinition(definition: object): {
    readonly Peer: (new (address: string, credentials: object) => Client) & { readonly service: object };
  };
}
interface Client {
  echo(payload: Payload, done: (error: Error | null, answer: Payload) => void): void;
  note(payload: Payload, done: (error: Error | null) => void): void;
  close(): void;
}
interface ProtoLoader {
  fromJSON(json: object, options: object): object;
}

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js") as Grpc;
const loader = require("@grpc/proto-loader") as ProtoLoader;

const fields = Object.fromEntries(
  Object.entries({
    op: "string",
    text: "string",
    x: "int32",
    y: "int32",
    angle: "double",
    tick: "int32",
    sneak: "bool",
  }).map(([name, type], i) => [name, { type, id: i + 1 }]),
);
const methods = {
  echo: { requestType: "Payload", responseType: "Payload" },
  note: { requestType: "Payload", responseType: "Nothing" },
};
const definition = loader.fromJSON(
  { nested: { Payload: { fields }, Nothing: { fields: {} }, Peer: { methods } } },
  { defaults: true },
);
const { Peer } = grpc.loadPackageDefinition(definition);

/** Unary calls with Protocol Buffers over plain HTTP/2. */
export const grpcSystem: CallSystem = {
  async serve({ echo, note }) {
    const server = new grpc.Server();
    server.addService(Peer.service, {
      echo: (call: { request: Payload }, done: (error: null, answer: Payload) => void) =>
        done(null, echo(call.request)),
      note: (call: { request: Payload }, done: (error: null, answer: object) => void) => {
        note(call.request);
        done(null, {});
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return { address: { port } };
  },
  async open(address) {
    const client = new Peer(`127.0.0.1:${(address as { port: number }).port}`, grpc.credentials.createInsecure());
    const request = (payload: Payload): Promise<Payload> =>
      new Promise((resolve, reject) =>
        client.echo(payload, (error, answer) => (error ? reject(error) : resolve(answer))),
      );
    return {
      request,
      send: (payload) => new Promise<void>((resolve) => client.note(payload, () => resolve())),
      close: () => client.close(),
    };
  },
};
