/** The program of the other process: serves one system, and counts what comes without an answer. */
import type { PeerReply, PeerRequest } from "../net/peer.ts";
import { systemNamed } from "./systems.ts";

let expected = 0;
let counted = 0;

function reply(value: PeerReply): void {
  process.send?.(value);
}

async function answer(request: PeerRequest): Promise<void> {
  if ("system" in request) {
    const system = await systemNamed(request.system);
    const served = await system.serve({
      echo: (payload) => payload,
      note() {
        if (++counted === expected) reply({ counted });
      },
    });
    reply(served);
  } else if (request.kind === "cpu") {
    const { user, system } = process.cpuUsage();
    reply({ cpuMs: (user + system) / 1000 });
  } else {
    expected = request.kind === "count" ? request.messages : 0;
    counted = 0;
    reply({ ready: true });
  }
}

process.on("message", (request: PeerRequest) => void answer(request));
process.on("disconnect", () => process.exit());
