import {
  type Distribution,
  decodeEnvelope,
  encodeEnvelope,
  type HostEndpoint,
  type Router,
} from "@graphoid/distribution";

export interface UdpConfig {
  /** Where the others listen, by their identities. */
  readonly peers: { readonly [identity: string]: HostEndpoint };
}

/** A router over UDP: a message is a datagram. */
export interface UdpRouter extends Router<UdpConfig> {
  readonly port: number;
}

/** Listens on a free port; `routing.init` says where the others do. */
export async function udpRouter({ identity, net, routing, serialize }: Distribution): Promise<UdpRouter> {
  const socket = await net.udpSocket(0);
  let peers: UdpConfig["peers"] = {};

  const receiveAll = async (): Promise<void> => {
    // What cannot be read is one message more that is lost. A source can be forged: states of strangers would be merged.
    for await (const [bytes] of socket) await routing.receive(bytes);
  };
  return {
    port: socket.port,
    init(config) {
      peers = config.peers;
      void receiveAll();
    },
    async route(ref, envelope) {
      const peer = peers[String(ref.location())];
      if (!peer) throw new Error(`${identity} knows no ${String(ref.location())}`);
      await socket.sendTo(encodeEnvelope(serialize, envelope), peer.host, peer.port);
    },
    receive(bytes, source) {
      routing.deliver(decodeEnvelope(serialize, bytes), source);
    },
    close: () => socket.close(),
  };
}
