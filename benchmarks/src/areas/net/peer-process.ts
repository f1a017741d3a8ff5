/** The program of the other process: serves one system, and does with messages what it is told. */
import type { PeerReply, PeerRequest, Task } from "./peer.ts";
import { systemNamed } from "./systems.ts";

/** Longer messages are not sent back. */
const bulkBytes = 1000;

let task: Task = { kind: "echo" };
let counted = 0;

function reply(value: PeerReply): void {
  process.send?.(value);
}

async function answer(request: PeerRequest): Promise<void> {
  if ("system" in request) {
    const system = await systemNamed(request.system);
    const served = await system.serve((link) => (message) => {
      if (task.kind === "echo") return message.length > bulkBytes ? undefined : link.send(message);
      if (++counted === task.messages) reply({ counted });
      return undefined;
    });
    reply(served);
  } else if (request.kind === "cpu") {
    const { user, system } = process.cpuUsage();
    reply({ cpuMs: (user + system) / 1000 });
  } else {
    task = request;
    counted = 0;
    reply({ ready: true });
  }
}

process.on("message", (request: PeerRequest) => void answer(request));
process.on("disconnect", () => process.exit());
