import {
  type Distribution,
  decodeEnvelope,
  encodeEnvelope,
  type HostEndpoint,
  type Router,
} from "@graphoid/distribution";

/** What happens to messages on their way. Shares are from 0 to 1. */
export interface Weather {
  readonly lost: number;
  readonly twice: number;
  /** How many others a message may be overtaken by. */
  readonly late: number;
  /** Random numbers from 0 to below 1. */
  readonly random: () => number;
}

export interface LossyConfig {
  readonly port: number;
  /** Where the others listen, by their identities. */
  readonly peers: { readonly [identity: string]: HostEndpoint };
}

/** A router over UDP, made worse: it loses messages, repeats them, swaps them, and brings none to who is cut off. */
export interface LossyRouter extends Router<LossyConfig> {
  /** Messages to these hosts are lost from now on. */
  cutOff(identities: readonly string[]): void;
  readonly counts: { sent: number; lost: number; twice: number; cut: number };
  readonly port: number;
}

/** Listens on a free port; `routing.init` says where the others do. */
export async function lossyRouter(
  { identity, net, routing, serialize }: Distribution,
  weather: Weather,
): Promise<LossyRouter> {
  const { lost, twice, late, random } = weather;
  const socket = await net.udpSocket(0);
  const counts = { sent: 0, lost: 0, twice: 0, cut: 0 };
  const onTheWay: (() => Promise<void>)[] = [];
  let peers: LossyConfig["peers"] = {};
  let cutOff: ReadonlySet<string> = new Set();

  const receiveAll = async (): Promise<void> => {
    // What cannot be read is one message more that is lost. A source can be forged: states of strangers would be merged.
    for await (const [bytes] of socket) await routing.receive(bytes);
  };
  return {
    guarantees: { order: "none" },
    counts,
    port: socket.port,
    init(config) {
      peers = config.peers;
      void receiveAll();
    },
    async route(ref, envelope) {
      const peer = peers[String(ref.location())];
      if (!peer) throw new Error(`${identity} knows no ${String(ref.location())}`);
      counts.sent++;
      if (cutOff.has(String(ref.location()))) counts.cut++;
      else if (random() < lost) counts.lost++;
      else {
        const bytes = encodeEnvelope(serialize, envelope);
        const send = (): Promise<void> => socket.sendTo(bytes, peer.host, peer.port);
        onTheWay.push(send);
        if (random() < twice && counts.twice++ >= 0) onTheWay.push(send);
      }
      while (onTheWay.length > late) {
        const [next] = onTheWay.splice(Math.floor(random() * onTheWay.length), 1);
        await next?.();
      }
    },
    receive(bytes, source) {
      routing.deliver(decodeEnvelope(serialize, bytes), source);
    },
    cutOff(identities) {
      cutOff = new Set(identities);
    },
    close: () => socket.close(),
  };
}
