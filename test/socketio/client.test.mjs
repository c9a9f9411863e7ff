// The real socket.io-client against our server: over WebSocket, over polling, and with an upgrade from one to the other.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { io } from "socket.io-client";
import { next, startServer } from "./server.mjs";

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

async function withClient(options, use, path = "") {
  const socket = io(server.url + path, { forceNew: true, reconnectionDelay: 10, ...options });
  try {
    return await use(socket);
  } finally {
    socket.close();
  }
}

const ways = {
  websocket: { transports: ["websocket"] },
  polling: { transports: ["polling"] },
  "polling, then websocket": { transports: ["polling", "websocket"] },
};

for (const [way, options] of Object.entries(ways)) {
  describe(way, { timeout: 20_000 }, () => {
    test("connects and gets its auth payload back", () =>
      withClient({ ...options, auth: { token: "t", n: 1 } }, async (socket) => {
        const auth = next(socket, "auth");
        await next(socket, "connect");
        assert.deepEqual(await auth, [{ token: "t", n: 1 }]);
        assert.notEqual(socket.id, socket.io.engine.id);
      }));

    test("sends events and gets events", () =>
      withClient(options, async (socket) => {
        const answer = next(socket, "message-back");
        socket.emit("message", 1, "zwei €", { three: [true, null] });
        assert.deepEqual(await answer, [1, "zwei €", { three: [true, null] }]);
      }));

    test("gets acks", () =>
      withClient(options, async (socket) => {
        assert.deepEqual(await socket.timeout(5_000).emitWithAck("message-with-ack", { a: 1 }), {
          a: 1,
        });
      }));

    test("sends and gets binary, in events and acks", () =>
      withClient(options, async (socket) => {
        const bytes = Buffer.from([0, 1, 254, 255]);
        const answer = next(socket, "message-back");
        socket.emit("message", { deep: [bytes] }, Buffer.alloc(0), bytes);
        const [deep, empty, flat] = await answer;
        assert.deepEqual(Buffer.from(deep.deep[0]), bytes);
        assert.equal(Buffer.from(empty).length, 0);
        assert.deepEqual(Buffer.from(flat), bytes);
        const ack = await socket.timeout(5_000).emitWithAck("message-with-ack", bytes);
        assert.deepEqual(Buffer.from(ack), bytes);
      }));

    test("sends a large message", () =>
      withClient(options, async (socket) => {
        const large = "ü".repeat(200_000);
        assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", large), large);
      }));

    test("uses a second namespace beside the first, and leaves it", () =>
      withClient(options, async (main) => {
        const custom = main.io.socket("/custom", { auth: { who: "custom" } });
        const auth = next(custom, "auth");
        custom.connect();
        assert.deepEqual(await auth, [{ who: "custom" }]);
        custom.disconnect();
        assert.equal(await main.timeout(5_000).emitWithAck("message-with-ack", "still"), "still");
      }));

    test("is refused an unknown namespace", () =>
      withClient(
        options,
        async (socket) => {
          const [error] = await next(socket, "connect_error");
          assert.equal(error.message, "Invalid namespace");
        },
        "/nowhere",
      ));

    test("stays away after the server disconnected it", () =>
      withClient(options, async (socket) => {
        await next(socket, "connect");
        socket.emit("disconnect-me");
        assert.deepEqual((await next(socket, "disconnect"))[0], "io server disconnect");
        assert.equal(socket.active, false);
      }));

    test("comes back by itself after the transport closed", () =>
      withClient(options, async (socket) => {
        await next(socket, "connect");
        const first = socket.id;
        socket.emit("break-me");
        assert.deepEqual((await next(socket, "disconnect"))[0], "transport close");
        await next(socket, "connect");
        assert.notEqual(socket.id, first);
        assert.equal(await socket.timeout(5_000).emitWithAck("message-with-ack", 1), 1);
      }));
  });
}

test("what is sent while the transport changes arrives once and in order", { timeout: 60_000 }, async () => {
  for (let round = 0; round < 20; round++) {
    await withClient({ transports: ["polling", "websocket"] }, async (socket) => {
      await next(socket, "connect");
      const back = [];
      socket.on("message-back", (n) => back.push(n));
      const upgraded =
        socket.io.engine.transport.name === "websocket" ? Promise.resolve() : next(socket.io.engine, "upgrade");
      let done = false;
      const stop = upgraded.then(() => (done = true));
      let sent = 0;
      while (!done) {
        for (let i = 0; i < 10; i++) socket.emit("message", sent++);
        await new Promise(setImmediate);
      }
      await stop;
      for (let i = 0; i < 10; i++) socket.emit("message", sent++);
      // The ack comes after everything that was sent before it.
      await socket.timeout(10_000).emitWithAck("message-with-ack", "end");
      assert.deepEqual(
        back,
        Array.from({ length: sent }, (_, i) => i),
      );
      assert.equal(socket.io.engine.transport.name, "websocket");
    });
  }
});
