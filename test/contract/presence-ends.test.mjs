// How presence ends when nobody says goodbye: the grace after a dropped socket, and the time to live.
// Times are short here; a busy machine may stretch them but never makes them shorter.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Api, ok } from '../support/http.mjs';
import { grants, newChannel, newUserId, signIn } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { closeAll, connect } from '../support/sockets.mjs';

const GRACE = 2_000;
const TTL = 3_000;
const PING_INTERVAL = 1_000;
const PING_TIMEOUT = 2_000;

/** An expiry is announced within 1 s of its time; the rest is for a busy machine. */
const LATE = 5_000;

const JOINED = 'VOICE_CHANNEL_USER_JOINED';
const LEFT = 'VOICE_CHANNEL_USER_LEFT';

describe('Presence that ends by itself', { concurrency: true, timeout: 120_000 }, () => {
  let server;

  before(async () => {
    server = await startServer({
      env: {
        DISCONNECT_GRACE: `${GRACE}ms`,
        VOICE_PRESENCE_TTL: `${TTL}ms`,
        PING_INTERVAL: `${PING_INTERVAL}ms`,
        PING_TIMEOUT: `${PING_TIMEOUT}ms`,
      },
    });
  });

  after(async () => {
    closeAll();
    await server?.stop();
  });

  /** A channel with somebody who watches it. */
  async function watched() {
    const channelId = newChannel();
    const watcher = await connect(server, signIn());
    await watcher.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
    const about = (userId) =>
      watcher.about(channelId).filter(([, payload]) => (payload.userId ?? payload.user.id) === userId);
    const gone = async (userId) => {
      await watcher.event(LEFT, channelId, (payload) => payload.userId === userId);
      return watcher.heard.find(({ name, payload }) => name === LEFT && payload.userId === userId);
    };
    /** Everything that was under way in this channel has arrived once this returns. */
    const settled = async () => {
      const marker = newUserId('marker');
      const api = new Api(server, signIn({ sub: marker }));
      ok(await api.join(channelId));
      ok(await api.leave(channelId));
      await gone(marker);
    };
    /** Waits until a user who drops now has been announced. */
    const graceOver = async () => {
      const twin = newUserId('twin');
      const socket = await inside(twin);
      socket.cut();
      await gone(twin);
    };
    const inside = async (sub, options) => {
      const socket = await connect(server, signIn({ sub }), options);
      const ack = await socket.ask('VOICE_CHANNEL_JOIN', { channelId });
      assert.equal(ack.success, true, JSON.stringify(ack));
      return socket;
    };
    return { channelId, watcher, about, gone, settled, graceOver, inside };
  }

  const drops = {
    'said goodbye': { options: {}, drop: (socket) => socket.close() },
    'said goodbye over polling': { options: { transports: ['polling'] }, drop: (socket) => socket.close() },
    'closed its connection': { options: {}, drop: (socket) => socket.socket.io.engine.close() },
    'was cut off': { options: {}, drop: (socket) => socket.cut() },
    'fell silent': {
      options: {},
      drop: (socket) => socket.socket.io.engine.transport.ws._socket.pause(),
      // Nothing tells the server but the ping without an answer.
      notice: PING_INTERVAL + PING_TIMEOUT,
    },
  };

  for (const [what, { options, drop, notice = 0 }] of Object.entries(drops)) {
    test(`A socket that ${what} and does not return: one LEFT, after the grace`, async () => {
      const { channelId, about, gone, settled, inside } = await watched();
      const sub = newUserId();
      const socket = await inside(sub, options);
      const { user, version } = await socket.ask('VOICE_STATE_UPDATE', { channelId, isMuted: true, isVideoEnabled: true });
      const dropped = Date.now();
      drop(socket);
      const { at, payload } = await gone(sub);
      assert.deepEqual(payload, { channelId, userId: sub, user, version: version + 1, reason: 'expired' });
      assert.deepEqual(Object.keys(payload), ['channelId', 'userId', 'user', 'version', 'reason']);
      const passed = at - dropped;
      assert.ok(passed >= GRACE, `not before the grace: after ${passed} ms`);
      assert.ok(passed <= notice + GRACE + LATE, `not long after the grace: after ${passed} ms`);
      await settled();
      assert.equal(about(sub).filter(([name]) => name === LEFT).length, 1);
      assert.equal(ok(await new Api(server, signIn()).channel(channelId)).count, 0);
      assert.deepEqual(ok(await new Api(server, signIn({ sub })).me()).voiceChannels, []);
    });

    for (const command of ['VOICE_CHANNEL_JOIN', 'VOICE_PRESENCE_REFRESH']) {
      test(`A socket that ${what} and returns by ${command} within the grace: no event at all`, async () => {
        const { channelId, about, settled, graceOver, inside } = await watched();
        const sub = newUserId();
        const socket = await inside(sub, options);
        const before = await socket.ask('VOICE_STATE_UPDATE', { channelId, isDeafened: true });
        const expected = 2;
        drop(socket);
        const returned = await connect(server, signIn({ sub }), options);
        const ack = await returned.ask(command, { channelId });
        assert.equal(ack.success, true);
        if (command === 'VOICE_CHANNEL_JOIN') {
          assert.deepEqual(ack.users, [before.user], 'joinedAt and flags are kept');
          assert.equal(ack.version, before.version);
        } else {
          assert.equal(ack.present, true);
        }
        await sleep(notice);
        await graceOver();
        await settled();
        assert.equal(about(sub).length, expected, JSON.stringify(about(sub).slice(expected)));
        const { users } = ok(await new Api(server, signIn()).channel(channelId));
        assert.deepEqual(users, [before.user]);
        returned.close();
      });
    }
  }

  test('A socket that reconnects by itself and joins again as clients do: no event at all', async () => {
    const { channelId, about, settled, graceOver } = await watched();
    const sub = newUserId();
    const client = await connect(server, signIn({ sub }), { reconnection: true, reconnectionDelay: 50 });
    client.socket.on('connect', () => client.socket.emit('VOICE_CHANNEL_JOIN', { channelId }));
    await client.ask('VOICE_CHANNEL_JOIN', { channelId });
    for (let times = 1; times <= 3; times++) {
      client.socket.io.engine.transport.ws.terminate();
      await client.until(() => client.heard.filter(({ name }) => name === 'connect').length === times + 1, 'reconnect');
    }
    await client.ask('VOICE_PRESENCE_REFRESH', { channelId });
    await graceOver();
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED]);
    client.close();
  });

  test('A token without the right any more ends what the socket did with it, after the grace', async () => {
    const { channelId, about, gone, settled, inside } = await watched();
    const sub = newUserId();
    const socket = await inside(sub);
    const lesser = signIn({ sub, ...grants({ 'other-*': ['join'] }) });
    assert.deepEqual(await socket.ask('AUTH_REFRESH', { token: lesser }), { success: true });
    const { payload } = await gone(sub);
    assert.equal(payload.reason, 'expired');
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
    // Its own join may have come as an event; what came after the new token must not have.
    assert.deepEqual(socket.about(channelId).filter(([name]) => name === LEFT), []);
    socket.close();
  });

  test('A client that joined by HTTP and by its socket, as the original’s do, has the grace', async () => {
    const { channelId, about, gone, settled, inside } = await watched();
    const sub = newUserId();
    ok(await new Api(server, signIn({ sub })).join(channelId));
    const socket = await inside(sub);
    const dropped = Date.now();
    socket.cut();
    const { at } = await gone(sub);
    assert.ok(at - dropped >= GRACE && at - dropped <= GRACE + LATE, `after ${at - dropped} ms`);
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
  });

  test('Two devices: the loss of one is no event, the loss of the last is one', async () => {
    const { channelId, about, gone, settled, graceOver, inside } = await watched();
    const sub = newUserId();
    const [phone, desk] = [await inside(sub), await inside(sub)];
    phone.cut();
    await graceOver();
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED]);
    assert.equal(ok(await new Api(server, signIn()).channel(channelId)).count, 1);
    const dropped = Date.now();
    desk.close();
    const { at, payload } = await gone(sub);
    assert.equal(payload.reason, 'expired');
    assert.ok(at - dropped >= GRACE, `after ${at - dropped} ms`);
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
  });

  test('Two devices that drop together: one LEFT', async () => {
    const { about, gone, settled, inside } = await watched();
    const sub = newUserId();
    const devices = [await inside(sub), await inside(sub), await inside(sub, { transports: ['polling'] })];
    devices.forEach((device) => device.close());
    await gone(sub);
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
  });

  test('A socket that only watches keeps nobody present', async () => {
    const { channelId, gone } = await watched();
    const sub = newUserId();
    const socket = await connect(server, signIn({ sub }));
    await socket.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
    ok(await new Api(server, signIn({ sub })).join(channelId));
    const { payload } = await gone(sub);
    assert.equal(payload.reason, 'expired');
    assert.equal(socket.socket.connected, true);
    socket.close();
  });

  test('Who joined by HTTP alone goes after the time to live, once', async () => {
    const { channelId, about, gone, settled } = await watched();
    const sub = newUserId();
    const api = new Api(server, signIn({ sub }));
    const joined = Date.now();
    const { user, version } = ok(await api.join(channelId));
    const { at, payload } = await gone(sub);
    assert.deepEqual(payload, { channelId, userId: sub, user, version: version + 1, reason: 'expired' });
    assert.ok(at - joined >= TTL, `after ${at - joined} ms`);
    assert.ok(at - joined <= TTL + LATE, `after ${at - joined} ms`);
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
    assert.deepEqual(ok(await api.me()).voiceChannels, []);
  });

  for (const renew of ['join', 'refresh', 'update']) {
    test(`${renew} by HTTP renews the time to live`, async () => {
      const { channelId, about, gone } = await watched();
      const sub = newUserId();
      const api = new Api(server, signIn({ sub }));
      ok(await api.join(channelId));
      let renewed;
      for (let i = 0; i < 5; i++) {
        await sleep(TTL / 3);
        renewed = Date.now();
        ok(await api[renew](channelId, { isMuted: true }));
      }
      const { at } = await gone(sub);
      assert.ok(at - renewed >= TTL, `after ${at - renewed} ms`);
      assert.equal(about(sub).filter(([name]) => name === JOINED || name === LEFT).length, 2);
    });
  }

  test('A live socket stays for several times to live without a word', async () => {
    const { channelId, about, settled, inside } = await watched();
    const people = [newUserId(), newUserId()];
    const sockets = [await inside(people[0]), await inside(people[1], { transports: ['polling'] })];
    await sleep(3 * TTL);
    await settled();
    for (const sub of people) {
      assert.deepEqual(about(sub).map(([name]) => name), [JOINED]);
    }
    assert.equal(ok(await new Api(server, signIn()).channel(channelId)).count, 2);
    sockets.forEach((socket) => socket.close());
  });

  test('A socket that only refreshed keeps its user present too', async () => {
    const { channelId, about, settled } = await watched();
    const sub = newUserId();
    ok(await new Api(server, signIn({ sub })).join(channelId));
    const socket = await connect(server, signIn({ sub }));
    assert.equal((await socket.ask('VOICE_PRESENCE_REFRESH', { channelId })).present, true);
    await sleep(3 * TTL);
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED]);
    socket.close();
  });

  test('A socket whose user left elsewhere brings nobody back', async () => {
    const { channelId, about, settled, graceOver, inside } = await watched();
    const sub = newUserId();
    const socket = await inside(sub);
    ok(await new Api(server, signIn({ sub })).leave(channelId));
    assert.equal((await socket.ask('VOICE_PRESENCE_REFRESH', { channelId })).present, false);
    const update = await socket.ask('VOICE_STATE_UPDATE', { channelId, isMuted: true });
    assert.equal(update.error.code, 'not_in_channel');
    await graceOver();
    socket.cut();
    await graceOver();
    await settled();
    assert.deepEqual(about(sub).map(([name, { reason }]) => [name, reason]), [
      [JOINED, undefined],
      [LEFT, 'left'],
    ]);
  });

  test('A leave right before the connection ends is a leave, and no expiry follows', async () => {
    const { channelId, about, gone, settled, graceOver, inside } = await watched();
    const sub = newUserId();
    const socket = await inside(sub);
    await socket.ask('VOICE_CHANNEL_LEAVE', { channelId });
    socket.close();
    assert.equal((await gone(sub)).payload.reason, 'left');
    await graceOver();
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
  });

  test('Logging out is one LEFT for each channel, reason left, also for a live socket', async () => {
    const rooms = [await watched(), await watched()];
    const sub = newUserId();
    const sockets = [];
    for (const { inside } of rooms) {
      sockets.push(await inside(sub));
    }
    ok(await new Api(server, signIn({ sub })).leaveAll());
    for (const { gone } of rooms) {
      assert.equal((await gone(sub)).payload.reason, 'left');
    }
    await rooms[0].graceOver();
    for (const { about, settled } of rooms) {
      await settled();
      assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
    }
    sockets.forEach((socket) => socket.close());
  });

  test('Refresh creates no presence after an expiry, neither by HTTP nor by a socket', async () => {
    const { channelId, about, gone, settled } = await watched();
    const sub = newUserId();
    const api = new Api(server, signIn({ sub }));
    ok(await api.join(channelId));
    await gone(sub);
    assert.deepEqual(ok(await api.refresh(channelId)), { success: true, channelId, present: false, expiresIn: 0 });
    const socket = await connect(server, signIn({ sub }));
    assert.equal((await socket.ask('VOICE_PRESENCE_REFRESH', { channelId })).present, false);
    await settled();
    assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
    assert.equal(ok(await api.channel(channelId)).count, 0);
    socket.close();
  });

  test('Many who drop at once: one LEFT each, versions without a gap', async () => {
    const { channelId, watcher, about, gone, settled, inside } = await watched();
    const people = Array.from({ length: 40 }, () => newUserId());
    const sockets = await Promise.all(people.map((sub) => inside(sub)));
    sockets.forEach((socket, i) => (i % 2 ? socket.close() : socket.cut()));
    await Promise.all(people.map(gone));
    await settled();
    for (const sub of people) {
      assert.deepEqual(about(sub).map(([name]) => name), [JOINED, LEFT]);
    }
    const versions = watcher.about(channelId).map(([, { version }]) => version);
    assert.deepEqual(versions, versions.map((_, i) => versions[0] + i));
  });
});

describe('A return by HTTP after the socket was seen to drop', { timeout: 60_000 }, () => {
  let server;

  before(async () => {
    server = await startServer({
      env: { DISCONNECT_GRACE: `${GRACE}ms`, VOICE_PRESENCE_TTL: `${GRACE + TTL}ms` },
    });
  });

  after(async () => {
    closeAll();
    await server?.stop();
  });

  /** The drop is seen: these are all the connections that are left. */
  async function connections(count) {
    for (;;) {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      if (metrics.includes(`\nvoice_presence_connections ${count}.0\n`)) {
        return;
      }
      await sleep(20);
    }
  }

  test('renews by join, refresh and update: one LEFT, when the time to live is over', async () => {
    const watcher = await connect(server, signIn());
    const people = { join: newUserId(), refresh: newUserId(), update: newUserId() };
    const channelId = newChannel();
    await watcher.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
    for (const sub of Object.values(people)) {
      const socket = await connect(server, signIn({ sub }));
      await socket.ask('VOICE_CHANNEL_JOIN', { channelId });
      socket.cut();
    }
    await connections(1);
    const renewed = Date.now();
    for (const [renew, sub] of Object.entries(people)) {
      ok(await new Api(server, signIn({ sub }))[renew](channelId, { isMuted: true }));
    }
    for (const [renew, sub] of Object.entries(people)) {
      await watcher.event(LEFT, channelId, (payload) => payload.userId === sub);
      const left = watcher.heard.filter(({ name, payload }) => name === LEFT && payload.userId === sub);
      assert.equal(left.length, 1);
      assert.equal(left[0].payload.reason, 'expired');
      const passed = left[0].at - renewed;
      assert.ok(passed >= GRACE + TTL && passed <= GRACE + TTL + LATE, `${renew}: after ${passed} ms`);
    }
    watcher.close();
  });
});
