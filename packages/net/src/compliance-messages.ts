import assert from "node:assert/strict";
import {
  type ComplianceCase,
  complianceCase,
  echo,
  failure,
  pattern,
  sameBytes,
  standstill,
  until,
} from "./compliance-support.ts";

const mebibyte = 1024 * 1024;

/** Messages arrive whole, once, in order, and no faster than they are received. */
export const messageCases: readonly ComplianceCase[] = [
  complianceCase("carries whole messages of any size both ways", async ({ server, transport }) => {
    echo(server);
    const here = await transport.connect(server);
    for (const size of [0, 1, 100, 8192, 8193, 65_535, 65_536, 65_537, 1_000_003]) {
      await here.send(pattern(size));
      sameBytes(await here.receive(), pattern(size));
    }
    await here.close();
  }),

  complianceCase("keeps thousands of messages in order, and what it handed out unchanged", async ({ pair }) => {
    const { here, there } = await pair();
    const count = 5000;
    const sending = (async () => {
      for (let i = 0; i < count; i++) await here.send(pattern(i % 300, i));
    })();
    const got: Uint8Array[] = [];
    while (got.length < count) got.push(await there.receive());
    await sending;
    for (const [i, message] of got.entries()) sameBytes(message, pattern(i % 300, i));
  }),

  complianceCase("gives messages that their receiver may change", async ({ pair }) => {
    const { here, there } = await pair();
    for (let i = 0; i < 10; i++) void here.send(new Uint8Array([1, 2, 3]));
    const first = await there.receive();
    first.fill(9);
    for (let i = 1; i < 10; i++) sameBytes(await there.receive(), new Uint8Array([1, 2, 3]));
    assert.equal(Object.getPrototypeOf(first), Uint8Array.prototype);
  }),

  complianceCase("does not keep what it was given: small messages may be changed after `send`", async ({ pair }) => {
    const { here, there } = await pair();
    const message = new Uint8Array(8192).fill(1);
    void here.send(message);
    message.fill(2);
    sameBytes(await there.receive(), new Uint8Array(8192).fill(1));
  }),

  complianceCase("carries lists of messages, and ends their loop in order", async ({ pair }) => {
    const { here, there } = await pair({ highWaterBytes: 100_000 });
    const count = 3000;
    const sending = here.sendAll(Array.from({ length: count }, (_, i) => pattern(i % 500, i))).then(() => here.close());
    let got = 0;
    let lists = 0;
    for await (const messages of there.batches()) {
      lists++;
      for (const message of messages) {
        sameBytes(message, pattern(got % 500, got));
        got++;
      }
    }
    await sending;
    assert.equal(got, count);
    assert.ok(lists < count / 4, `${lists} lists for ${count} messages`);
  }),

  complianceCase("shares lists between readers, and ends for all of them", async ({ pair }) => {
    const { here, there } = await pair();
    let got = 0;
    const readers = [1, 2, 3].map(async () => {
      for await (const messages of there.batches()) got += messages.length;
    });
    for (let i = 0; i < 50; i++) {
      await here.send(new Uint8Array([i]));
      if (i % 7 === 0) await until(() => got === i + 1);
    }
    await here.close();
    await Promise.all(readers);
    assert.equal(got, 50);
  }),

  complianceCase("sends what comes before a message that cannot be sent, and says why", async ({ listen, pair }) => {
    const { here, there } = await pair({}, await listen({ maxMessageBytes: 10 }));
    const message = new Uint8Array([1]);
    await failure(here.sendAll([message, new Uint8Array(11), message]), "MESSAGE_TOO_LARGE");
    await failure(here.sendAll([message], { lane: "fast" as never }), "INVALID_ARGUMENT");
    await failure(here.sendAll([5 as never]), "INVALID_ARGUMENT");
    await here.send(new Uint8Array([2]));
    sameBytes(await there.receive(), message);
    sameBytes(await there.receive(), new Uint8Array([2]));
  }),

  complianceCase("lets a ping overtake 8 MiB that were sent before it", async ({ pair }) => {
    const { here, there } = await pair();
    void here.send(pattern(8 * mebibyte), { lane: "bulk" });
    void here.send(new Uint8Array([1]), { lane: "control" });
    sameBytes(await there.receive(), new Uint8Array([1]));
    sameBytes(await there.receive(), pattern(8 * mebibyte));
  }),

  complianceCase("N8: holds a sender back while the receiver does not receive, and loses nothing", async ({ pair }) => {
    const { here, there } = await pair({ highWaterBytes: 64 * 1024 });
    let sent = 0;
    const total = 300;
    const sending = (async () => {
      for (; sent < total; sent++) await here.send(pattern(100_000, sent));
    })();
    // Once the sender stands still, all buffers between the two are full.
    await standstill(() => sent);
    assert.ok(sent < 30, `${sent} messages of 100,000 bytes are on their way to a reader that does not read`);
    assert.ok(there.metrics.receiveQueueBytes < mebibyte);
    assert.ok(here.metrics.sendQueueBytes < 64 * 1024 + 100_001);
    for (let i = 0; i < total; i++) sameBytes(await there.receive(), pattern(100_000, i));
    await sending;
  }),

  complianceCase("N8: bounds what a flood of tiny messages can take", async ({ pair }) => {
    const { here, there } = await pair();
    const total = 100_000;
    const sending = (async () => {
      for (let i = 0; i < total; i++) await here.send(new Uint8Array(0));
    })();
    await until(() => there.metrics.receiveQueueBytes >= 512 * 1024);
    await standstill(() => there.metrics.receiveQueueMessages);
    assert.ok(there.metrics.receiveQueueMessages < 5000);
    for (let i = 0; i < total; i++) await there.receive();
    await sending;
  }),

  complianceCase("N8: reaches a reader that does not read with what is urgent", async ({ pair }) => {
    const { here, there } = await pair();
    for (let i = 0; i < 100; i++) void here.send(pattern(100_000, i), { lane: "bulk" });
    await standstill(() => there.metrics.bytesReceived);
    const before = there.metrics.messagesReceived;
    void here.send(new Uint8Array([1]), { lane: "control" });
    await until(() => there.metrics.messagesReceived > before);
    for (let i = 0; i < 101; i++) await there.receive();
  }),

  complianceCase("refuses a message that the peer does not take, and stays open", async ({ listen, pair }) => {
    const { here, there } = await pair({}, await listen({ maxMessageBytes: 1000 }));
    await failure(here.send(new Uint8Array(1001)), "MESSAGE_TOO_LARGE", { bytes: 1001, limit: 1000 });
    await here.send(new Uint8Array(1000));
    assert.equal((await there.receive()).length, 1000);
  }),

  complianceCase("refuses arguments that it cannot use, and stays open", async ({ server, transport }) => {
    echo(server);
    const here = await transport.connect(server);
    await failure(here.send("text" as never), "INVALID_ARGUMENT");
    await failure(here.send(new Uint8Array(1), { lane: "fast" as never }), "INVALID_ARGUMENT");
    await failure(here.receive({ timeoutMs: 0.5 }), "INVALID_ARGUMENT");
    await failure(here.close({ reason: 1 as never }), "INVALID_ARGUMENT");
    await here.send(new Uint8Array([5]));
    sameBytes(await here.receive(), new Uint8Array([5]));
  }),

  complianceCase("counts what went through it", async ({ pair }) => {
    const { here, there } = await pair();
    for (const size of [10, 20, 100_000]) await here.send(pattern(size));
    for (let i = 0; i < 3; i++) await there.receive();
    assert.equal(here.metrics.messagesSent, 3);
    assert.equal(here.metrics.messagesReceived, 0);
    await until(() => here.metrics.sendQueueBytes === 0);
    assert.equal(there.metrics.messagesReceived, 3);
    assert.equal(there.metrics.receiveQueueBytes, 0);
    assert.equal(there.metrics.bytesReceived, here.metrics.bytesSent);
  }),
];
