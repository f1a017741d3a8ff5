export * from "../../../scripts/testing/nats-server.ts";
