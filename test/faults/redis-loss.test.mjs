// What happens to Redis: killed and empty, flushed, frozen, its scripts forgotten. Those who are there stay there.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  awaitReadiness,
  gather,
  inWaves,
  membersOf,
  newChannels,
  Person,
  Recorder,
  startNodes,
  succeed,
} from '../support/fleet.mjs';
import { Api, ok } from '../support/http.mjs';
import { newChannel, newUserId, signIn } from '../support/people.mjs';
import { eventually, startRedis } from '../support/redis.mjs';
import { closeAll, connect } from '../support/sockets.mjs';

/** A command that cannot reach the store is refused within about a second; the rest is for a busy machine. */
const REFUSED = 2_500;

/** All users are shown again within 5 s. */
const RESTORED = 5_000;

describe('Redis under three nodes', { timeout: 240_000 }, () => {
  let redis;
  let nodes;
  let channelIds;
  let people;
  let recorders;

  before(async () => {
    redis = await startRedis();
    nodes = await startNodes([redis.url, redis.url, redis.url]);
    channelIds = newChannels(50);
    recorders = await Promise.all(nodes.map((node) => Recorder.start(node, channelIds)));
    people = await gather(nodes, channelIds, 1_000);
    // Flags that are worth keeping.
    await inWaves(people.slice(0, 200), ({ client, channelId }) =>
      succeed(client, 'VOICE_STATE_UPDATE', { channelId, isMuted: true }),
    );
  });

  after(async () => {
    closeAll();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await redis?.stop();
  });

  /** Does it to Redis, and nobody notices: no event, and all users shown again in time, as they were. */
  async function nobodyNotices(fault) {
    const before = await membersOf(nodes[0], channelIds);
    assert.equal([...before.values()].flat().length, 1_000);
    const marks = recorders.map((recorder) => recorder.mark());
    await fault();
    const began = Date.now();
    for (const node of nodes) {
      await eventually(
        'all users as before',
        async () => {
          assert.deepEqual(await membersOf(node, channelIds), before);
          return true;
        },
        RESTORED - (Date.now() - began),
        50,
      );
    }
    // Long enough for a late comparison of what is there with what was.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i]));
    recorders.forEach((recorder) => recorder.wasNeverCut());
    assert.deepEqual(await membersOf(nodes[1], channelIds), before);
    people.forEach(({ client, id }) => assert.ok(client.socket.connected, `${id} was cut off`));
  }

  test('may be killed and come back empty', async () => {
    await nobodyNotices(async () => {
      await redis.kill();
      // Long enough for every node to fail at it.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await redis.restart();
    });
    await Promise.all(nodes.map((node) => awaitReadiness(node, 200, 10_000)));
  });

  test('may lose all data at once', async () => {
    await nobodyNotices(() => redis.flush());
  });

  test('may lose all data while users come, go and change', async () => {
    const busy = people.slice(0, 100);
    let over = false;
    const working = busy.map(async ({ client, channelId }) => {
      for (let i = 0; !over; i += 1) {
        await succeed(client, 'VOICE_STATE_UPDATE', { channelId, isVideoEnabled: i % 2 === 0 });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    const marks = recorders.map((recorder) => recorder.mark());
    for (let i = 0; i < 3; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await redis.flush();
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    over = true;
    await Promise.all(working);
    await Promise.all(recorders.map((recorder) => recorder.converges(nodes[2])));
    recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i]));
    assert.equal([...(await membersOf(nodes[0], channelIds)).values()].flat().length, 1_000);
  });

  test('may freeze for 10 s: commands are refused in time, sockets and watched channels go on', async () => {
    const before = await membersOf(nodes[0], channelIds);
    const marks = recorders.map((recorder) => recorder.mark());
    const api = new Api(nodes[1], signIn());
    const channelId = newChannel();
    const newcomer = await connect(nodes[0], signIn());
    redis.pause();
    const began = Date.now();
    try {
      const refused = [];
      while (Date.now() - began < 10_000) {
        for (const command of [() => api.join(channelId), () => api.channel(channelId), () => api.me()]) {
          const start = Date.now();
          const { status, body } = await command();
          refused.push(Date.now() - start);
          assert.deepEqual([status, body.code], [503, 'unavailable']);
        }
        const ack = await people[0].client.ask('VOICE_STATE_UPDATE', { channelId: people[0].channelId, isMuted: true });
        assert.deepEqual([ack.success, ack.error?.code], [false, 'unavailable']);
        const start = Date.now();
        const watched = await succeed(newcomer, 'VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelIds[0]] });
        assert.deepEqual(watched.channels[0].users, before.get(channelIds[0]));
        assert.ok(Date.now() - start < 1_000, 'a channel that is watched is answered from memory');
      }
      assert.ok(Math.max(...refused) < REFUSED, `refused after ${Math.max(...refused)} ms`);
    } finally {
      redis.resume();
    }
    await eventually('recovery', async () => (await api.join(channelId)).status === 200, 5_000);
    await Promise.all(nodes.map((node) => awaitReadiness(node, 200, 10_000)));
    await Promise.all(recorders.map((recorder) => recorder.converges(nodes[2])));
    recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i]));
    recorders.forEach((recorder) => recorder.wasNeverCut());
    people.forEach(({ client, id }) => assert.ok(client.socket.connected, `${id} was cut off`));
  });

  test('may forget its scripts at any time without one failed call', async () => {
    let over = false;
    const forgetting = (async () => {
      while (!over) {
        await redis.command('SCRIPT', 'FLUSH');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const [channelId] = newChannels(1);
    const recorder = await Recorder.start(nodes[2], [channelId]);
    const end = Date.now() + 5_000;
    const rounds = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const node = nodes[i % 3];
        const api = new Api(node, signIn({ sub: newUserId('s') }));
        let count = 0;
        for (; Date.now() < end; count += 1) {
          ok(await api.join(channelId));
          assert.equal(ok(await api.update(channelId, { isMuted: true })).success, true);
          ok(await api.refresh(channelId));
          ok(await api.channel(channelId));
          ok(await api.leave(channelId));
        }
        return count;
      }),
    );
    over = true;
    await forgetting;
    await recorder.converges(nodes[0], 10_000, { skips: false });
    const total = rounds.reduce((sum, count) => sum + count, 0);
    assert.equal(recorder.events().length, 3 * total, 'each command took effect once');
    const person = await new Person(channelId).join(nodes[0]);
    person.client.close();
  });
});
