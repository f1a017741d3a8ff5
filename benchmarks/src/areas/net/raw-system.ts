import { once } from "node:events";
import { type AddressInfo, createServer, connect as netConnect, type Socket } from "node:net";
import type { Handler, Link, System } from "./system.ts";

const slabBytes = 128 * 1024;
const highWaterBytes = 512 * 1024;

/**
 * Length-prefixed messages over a bare socket: the limit of what can be had in Node. Messages are good only until the
 * handler returns, and may not be longer than 64 KiB; there are no lanes, heartbeats, limits or errors.
 */
class RawLink implements Link {
  readonly #socket: Socket;
  readonly #batched: boolean;
  readonly #handler: Handler;
  #slab = Buffer.allocUnsafeSlow(slabBytes);
  #end = 0;
  #rest: Buffer | undefined;
  #scheduled = false;
  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#end === 0) return;
    this.#socket.write(this.#slab.subarray(0, this.#end));
    if (this.#socket.writableLength > 0) this.#slab = Buffer.allocUnsafeSlow(slabBytes);
    this.#end = 0;
  };

  constructor(socket: Socket, batched: boolean, connected: (link: Link) => Handler) {
    this.#socket = socket;
    this.#batched = batched;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.read(chunk, false));
    this.#handler = connected(this);
  }

  read(chunk: Buffer, reused: boolean): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = bytes.length;
    let at = 0;
    while (end - at >= 4) {
      const next = at + 4 + ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (next > end) break;
      this.#handler(bytes.subarray(at + 4, next));
      at = next;
    }
    if (at === end) this.#rest = undefined;
    else this.#rest = reused && bytes === chunk ? Buffer.from(bytes.subarray(at)) : bytes.subarray(at);
  }

  send(message: Uint8Array): Promise<void> | undefined {
    const { length } = message;
    if (this.#batched) {
      if (this.#end + 4 + length > slabBytes) this.#flush();
      const slab = this.#slab;
      const at = this.#end;
      slab[at] = length >>> 24;
      slab[at + 1] = length >>> 16;
      slab[at + 2] = length >>> 8;
      slab[at + 3] = length;
      slab.set(message, at + 4);
      this.#end = at + 4 + length;
      if (!this.#scheduled) {
        this.#scheduled = true;
        process.nextTick(this.#flush);
      }
    } else {
      const header = Buffer.allocUnsafe(4);
      header.writeUInt32BE(length, 0);
      this.#socket.cork();
      this.#socket.write(header);
      this.#socket.write(message);
      this.#socket.uncork();
    }
    return this.#socket.writableLength + this.#end > highWaterBytes ? this.#drained() : undefined;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #drained(): Promise<void> {
    this.#flush();
    if (this.#socket.writableNeedDrain) await once(this.#socket, "drain");
  }
}

function rawSystem(batched: boolean): System {
  return {
    async serve(connected) {
      const server = createServer((socket) => void new RawLink(socket, batched, connected));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return { address: { port: (server.address() as AddressInfo).port } };
    },
    async open(address, handler) {
      let link: RawLink | undefined;
      const buffer = Buffer.allocUnsafeSlow(256 * 1024);
      const socket = netConnect({
        ...(address as { port: number }),
        host: "127.0.0.1",
        onread: {
          buffer,
          callback: (bytes) => {
            link?.read(buffer.subarray(0, bytes), true);
            return true;
          },
        },
      });
      await once(socket, "connect");
      link = new RawLink(socket, batched, () => handler);
      return link;
    },
  };
}

/** Gathers the messages of a turn in one write. */
export const rawBatched: System = rawSystem(true);
/** Writes each message by itself, without a copy: better for large ones. */
export const rawByFrame: System = rawSystem(false);
