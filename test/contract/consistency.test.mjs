// What a subscriber may rely on: its snapshot and the events after it add up to the channel's state.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Api, ok } from '../support/http.mjs';
import { newChannel, newUserId, signIn } from '../support/people.mjs';
import { JOINED, LEFT, Replay, UPDATED } from '../support/replay.mjs';
import { startServer } from '../support/server.mjs';
import { closeAll, connect } from '../support/sockets.mjs';

const FLAGS = ['isVideoEnabled', 'isScreenSharing', 'isMuted', 'isDeafened'];

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/**
 * What one socket heard of a channel between an ack with a snapshot and `end` (not included).
 * Events up to the snapshot's version are part of it and may come twice after a JOIN only.
 */
function replay(client, snapshot, from, end = client.heard.length) {
  const replayed = new Replay(snapshot);
  for (const { name, payload } of client.heard.slice(from, end)) {
    if (name !== 'ack' && payload?.channelId === snapshot.channelId) {
      replayed.apply(name, payload);
    }
  }
  return replayed;
}

describe('What subscribers hear', { timeout: 120_000 }, () => {
  let server;

  before(async () => {
    server = await startServer({ env: { COMMAND_RATE: '100000', COMMAND_BURST: '100000' } });
  });

  after(async () => {
    closeAll();
    await server?.stop();
  });

  /** Users who join, change and leave, over HTTP and sockets in turn, until `over()`. */
  function crowd(channelId, size, over) {
    return Array.from({ length: size }, async (_, i) => {
      const random = randomNumbers(i + 1);
      const sub = newUserId('crowd');
      const bySocket = i % 2 === 0;
      const api = new Api(server, signIn({ sub }));
      const socket = bySocket ? await connect(server, signIn({ sub })) : undefined;
      const flags = () => ({ [FLAGS[random(4)]]: random(2) === 0 });
      let commands = 0;
      while (!over()) {
        const dice = random(10);
        if (bySocket) {
          if (dice < 3) {
            await socket.ask('VOICE_CHANNEL_JOIN', { channelId });
          } else if (dice < 8) {
            await socket.ask('VOICE_STATE_UPDATE', { channelId, ...flags() });
          } else {
            await socket.ask('VOICE_CHANNEL_LEAVE', { channelId });
          }
        } else if (dice < 3) {
          ok(await api.join(channelId));
        } else if (dice < 8) {
          ok(await api.update(channelId, flags()));
        } else {
          ok(await api.leave(channelId));
        }
        commands += 1;
      }
      return { sub, socket, commands };
    });
  }

  test('adds up for those who stay and for those who come and go, while others are busy', async () => {
    const channelId = newChannel();
    let over = false;
    const people = crowd(channelId, 6, () => over);
    const visits = [];
    /** Comes and goes; each visit begins at an ack with a snapshot and ends with an ack. */
    const visitor = async (index) => {
      const transports = [['websocket'], ['polling'], ['polling', 'websocket']][index % 3];
      const sub = newUserId('visitor');
      const client = await connect(server, signIn({ sub }), { transports });
      for (let visit = 0; visit < 12; visit++) {
        const bare = client.heard.length;
        const joins = visit % 3 === 2;
        const ack = joins
          ? await client.ask('VOICE_CHANNEL_JOIN', { channelId })
          : await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
        const snapshot = joins ? ack : ack.channels[0];
        const ackAt = client.heard.findLastIndex(({ name }) => name === 'ack');
        const early = client.heard.slice(bare, ackAt).filter(({ payload }) => payload?.channelId === channelId);
        early.forEach(({ payload }) => assert.ok(payload.version <= snapshot.version, 'an event before its snapshot'));
        await client.ask('VOICE_PRESENCE_REFRESH', { channelId });
        if (joins) {
          await client.ask('VOICE_STATE_UPDATE', { channelId, isMuted: true });
          await client.ask('VOICE_CHANNEL_LEAVE', { channelId });
        }
        await client.ask('VOICE_PRESENCE_REFRESH', { channelId });
        const end = client.heard.length;
        await client.ask('VOICE_CHANNEL_UNSUBSCRIBE', { channelIds: [channelId] });
        const quiet = client.heard.length;
        await client.ask('VOICE_PRESENCE_REFRESH', { channelId });
        assert.equal(client.heard.slice(quiet).filter(({ name }) => name !== 'ack').length, 0, 'events after UNSUBSCRIBE');
        visits.push(replay(client, snapshot, ackAt + 1, end).version - snapshot.version);
      }
      client.close();
    };
    const stayers = await Promise.all(
      [['websocket'], ['polling'], ['polling', 'websocket'], ['websocket']].map(async (transports) => {
        const client = await connect(server, signIn(), { transports });
        const ack = await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
        return { client, snapshot: ack.channels[0], from: client.heard.findIndex(({ name }) => name === 'ack') + 1 };
      }),
    );
    await Promise.all(Array.from({ length: 6 }, (_, i) => visitor(i)));
    over = true;
    const busy = await Promise.all(people);
    const truth = ok(await new Api(server, signIn()).channel(channelId));
    for (const { client, snapshot, from } of stayers) {
      await client.until(({ payload }) => payload?.channelId === channelId && payload.version === truth.version, 'the end');
      assert.deepEqual(replay(client, snapshot, from).snapshot(), truth);
      assert.ok(truth.version - snapshot.version > 500 || snapshot.version === 0);
      client.close();
    }
    assert.ok(visits.some((changes) => changes > 0), 'nobody saw a change: nothing was tested');
    assert.ok(busy.reduce((sum, { commands }) => sum + commands, 0) > 500);
  });

  test('adds up for many channels subscribed to in one call while all of them change', async () => {
    const channelIds = Array.from({ length: 20 }, () => newChannel());
    let over = false;
    const people = channelIds.slice(0, 5).flatMap((channelId) => crowd(channelId, 2, () => over));
    const client = await connect(server, signIn());
    const { channels } = await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds });
    const from = client.heard.findIndex(({ name }) => name === 'ack') + 1;
    for (let i = 0; i < 50; i++) {
      await client.ask('VOICE_PRESENCE_REFRESH', { channelId: channelIds[0] });
    }
    over = true;
    await Promise.all(people);
    const truth = ok(await new Api(server, signIn()).channels(...channelIds)).channels;
    assert.ok(truth[0].version > channels[0].version);
    for (const [i, snapshot] of channels.entries()) {
      const { channelId, version } = truth[i];
      if (version !== snapshot.version) {
        await client.until(({ payload }) => payload?.channelId === channelId && payload.version === version, 'the end');
      }
      assert.deepEqual(replay(client, snapshot, from).snapshot(), truth[i]);
    }
    client.close();
  });

  test('50 joins of one user at once, by HTTP and by sockets, are one JOINED', async () => {
    const channelId = newChannel();
    const sub = newUserId();
    const watcher = await connect(server, signIn());
    await watcher.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
    const sockets = await Promise.all(Array.from({ length: 25 }, () => connect(server, signIn({ sub }))));
    const api = new Api(server, signIn({ sub }));
    const answers = await Promise.all([
      ...sockets.map(async (socket) => {
        const { version, users } = await socket.ask('VOICE_CHANNEL_JOIN', { channelId });
        assert.equal(users.length, 1);
        return { version, user: users[0] };
      }),
      ...sockets.map(async () => {
        const { version, user } = ok(await api.join(channelId));
        return { version, user };
      }),
    ]);
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1, 'all see the same join');
    ok(await api.leave(channelId));
    await watcher.event(LEFT, channelId);
    assert.deepEqual(watcher.about(channelId).map(([name]) => name), [JOINED, LEFT]);
    [watcher, ...sockets].forEach((client) => client.close());
  });

  test('50 joins and 50 leaves of one user at once come in turn', async () => {
    const channelId = newChannel();
    const api = new Api(server, signIn());
    const watcher = await connect(server, signIn());
    const { channels } = await watcher.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
    const from = watcher.heard.length;
    await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 ? api.join(channelId) : api.leave(channelId)).then(ok)));
    ok(await api.join(channelId));
    ok(await api.update(channelId, { isMuted: true }));
    await watcher.event(UPDATED, channelId);
    assert.deepEqual(replay(watcher, channels[0], from).snapshot(), ok(await api.channel(channelId)));
    watcher.close();
  });

  test('100 updates at once, each of one flag, lose nothing', async () => {
    const channelId = newChannel();
    const sub = newUserId();
    const api = new Api(server, signIn({ sub }));
    const socket = await connect(server, signIn({ sub }));
    const { version } = await socket.ask('VOICE_CHANNEL_JOIN', { channelId });
    const from = socket.heard.length;
    const snapshot = socket.heard.find(({ name }) => name === 'ack').payload;
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const update = { [FLAGS[i % 4]]: true };
        const answer =
          i % 3 === 0
            ? await socket.ask('VOICE_STATE_UPDATE', { channelId, ...update })
            : ok(await api.update(channelId, update));
        assert.equal(answer.user[FLAGS[i % 4]], true);
        return answer.version;
      }),
    );
    assert.deepEqual(
      answers.sort((a, b) => a - b),
      answers.map((_, i) => version + 1 + i),
    );
    await socket.event(UPDATED, channelId, (payload) => payload.version === version + 100);
    const replayed = replay(socket, snapshot, from).snapshot();
    FLAGS.forEach((flag) => assert.equal(replayed.users[0][flag], true, flag));
    assert.deepEqual(replayed, ok(await api.channel(channelId)));
    socket.close();
  });

  test('comes in the same order to everybody', async () => {
    const channelId = newChannel();
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(server, signIn())));
    await Promise.all(clients.map((client) => client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] })));
    const users = Array.from({ length: 20 }, () => new Api(server, signIn()));
    await Promise.all(users.map((api) => api.join(channelId)));
    await Promise.all(users.map((api, i) => (i % 2 ? api.leave(channelId) : api.update(channelId, { isMuted: true }))));
    const { version } = ok(await users[0].channel(channelId));
    const stories = await Promise.all(
      clients.map(async (client) => {
        await client.until(({ payload }) => payload?.channelId === channelId && payload.version === version, 'the end');
        return client.about(channelId);
      }),
    );
    assert.equal(stories[0].length, 40);
    stories.forEach((story) => assert.deepEqual(story, stories[0]));
    clients.forEach((client) => client.close());
  });

  test('of a user who joins and is gone at once is JOINED, then LEFT', async () => {
    const channelId = newChannel();
    const watcher = await connect(server, signIn());
    await watcher.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
    const people = Array.from({ length: 20 }, () => newUserId());
    await Promise.all(
      people.map(async (sub) => {
        const client = await connect(server, signIn({ sub }));
        client.socket.emit('VOICE_CHANNEL_JOIN', { channelId });
        await client.ask('VOICE_CHANNEL_LEAVE', { channelId });
        client.close();
      }),
    );
    const { version } = ok(await new Api(server, signIn()).channel(channelId));
    await watcher.until(({ payload }) => payload?.channelId === channelId && payload.version === version, 'the end');
    for (const sub of people) {
      const story = watcher.about(channelId).filter(([, payload]) => payload.user.id === sub);
      assert.deepEqual(story.map(([name]) => name), [JOINED, LEFT]);
    }
    watcher.close();
  });

  test('is in a read that begins after the answer to a change', async () => {
    const channelId = newChannel();
    const socket = await connect(server, signIn());
    const reader = new Api(server, signIn());
    for (let i = 0; i < 50; i++) {
      const join = await socket.ask('VOICE_CHANNEL_JOIN', { channelId });
      const seen = ok(await reader.channel(channelId));
      assert.deepEqual([seen.version, seen.count], [join.version, 1]);
      await socket.ask('VOICE_CHANNEL_LEAVE', { channelId });
      assert.equal(ok(await reader.channel(channelId)).count, 0);
    }
    socket.close();
  });
});
