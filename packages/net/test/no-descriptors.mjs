// Runs out of file descriptors, and tells how that went. Started under `ulimit -n`. Runs on the built package.
import { connect, listen } from "@graphoid/net";

const server = await listen("127.0.0.1", 0);
const errors = [];
server.onError((error) => errors.push(error.code));
const open = [];
let failure;
while (failure === undefined && open.length < 1000) {
  try {
    open.push(await connect("127.0.0.1", server.port, { timeoutMs: 2000 }));
  } catch (error) {
    failure = error.code;
  }
}
const opened = open.length;
// Half of them go: there is room again.
await Promise.all(open.splice(0, opened >> 1).map((connection) => connection.close()));
let recovered = false;
for (let attempt = 0; attempt < 50 && !recovered; attempt++) {
  try {
    const again = await connect("127.0.0.1", server.port, { timeoutMs: 2000 });
    recovered = again.state === "open";
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
console.log(JSON.stringify({ opened, failure, recovered }));
process.exit(0);
