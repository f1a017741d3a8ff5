// A host of its own process that listens with TLS, asks for client certificates, and exposes what the compliance suite of
// routers calls. Runs on the built packages.
import { createDistribution } from "@graphoid/distribution";
import { COMPLIANCE_TARGET, complianceTarget } from "@graphoid/routing/testing";

process.once("disconnect", () => process.exit(1));
const tls = JSON.parse(process.argv[2]);
const d = await createDistribution({
  identity: "far",
  listen: { host: "127.0.0.1", port: 0 },
  tcp: { listenOptions: { tls: { ...tls, requestCert: true, rejectUnauthorized: true } }, connectOptions: { tls } },
});
d.remote.expose(COMPLIANCE_TARGET, complianceTarget());
process.send(d.address.port);
