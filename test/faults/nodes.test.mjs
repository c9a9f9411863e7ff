// What happens to nodes: killed, frozen, stopped. Others see exactly what is true, and late by no more than promised.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { io } from 'socket.io-client';

import { startBalancer } from '../support/balancer.mjs';
import { gather, inWaves, membersOf, newChannels, Recorder, startNodes, statesOf } from '../support/fleet.mjs';
import { Api, ok } from '../support/http.mjs';
import { newUserId, signIn } from '../support/people.mjs';
import { eventually, startRedis } from '../support/redis.mjs';
import { JOINED, LEFT } from '../support/replay.mjs';
import { closeAll } from '../support/sockets.mjs';

/** Long enough for 500 clients to come back on a busy machine. DISCONNECT_GRACE_MS=20000 is the default's. */
const GRACE = Number(process.env.DISCONNECT_GRACE_MS ?? 6_000);

/** A departure is announced within the grace + 5 s of the fault. */
const ANNOUNCED = GRACE + 5_000;

/** The keys that are of one of these users, or hold one. */
async function keysAbout(redis, ids) {
  const readers = { set: ['SMEMBERS'], zset: ['ZRANGE', 0, -1], hash: ['HKEYS'] };
  const all = await redis.keys('voice_presence:*');
  const about = await inWaves(all, async (key) => {
    const [name, ...range] = readers[await redis.command('TYPE', key)] ?? [];
    const held = name ? await redis.command(name, key, ...range) : [];
    return [key.split(':').at(-1), ...held].some((id) => ids.has(id)) ? [key] : [];
  });
  return about.flat();
}

describe('A node of three', { timeout: 240_000 }, () => {
  let redis;
  let nodes;

  before(async () => {
    redis = await startRedis();
    nodes = await startNodes([redis.url, redis.url, redis.url], { DISCONNECT_GRACE: `${GRACE}ms` });
  });

  after(async () => {
    closeAll();
    // A frozen one would not hear the word to stop.
    await Promise.all((nodes ?? []).map((node) => node.stop('SIGKILL')));
    await redis?.stop();
  });

  /** Waits until these users have left in the eyes of a recorder. */
  const allLeft = (recorder, ids, limit) => allHeard(recorder, 0, LEFT, ids, limit);

  /** Waits until a recorder heard an event of this name of all of these users. */
  const allHeard = (recorder, since, name, ids, limit) =>
    eventually(
      `${name} of ${ids.length} users`,
      () => {
        const stories = recorder.stories(since);
        return ids.every((id) => stories.get(id)?.includes(name));
      },
      limit,
    );

  test('that freezes past the deadline is fenced: its users leave once and are back once it thaws', async () => {
    const [, b, frozen] = nodes;
    const channelIds = newChannels(10);
    const recorders = await Promise.all(nodes.map((node) => Recorder.start(node, channelIds)));
    const people = await gather([frozen], channelIds, 100);
    const ids = people.map(({ id }) => id);
    // Not by a socket: present until it leaves, and an update of it waits in the frozen node's queue.
    const lateId = newUserId('late');
    const late = (node) => new Api(node, signIn({ sub: lateId }));
    ok(await late(b).join(channelIds[0]));
    await eventually('all joined', () => recorders[0].stories().size === 101);
    const mark = recorders[0].mark();

    frozen.signal('SIGSTOP');
    const began = Date.now();
    const stale = late(frozen).send('PATCH', `/voice-presence/${channelIds[0]}/state`, {
      json: { isMuted: true },
      signal: AbortSignal.timeout(3 * GRACE + 10_000),
    });
    ok(await late(b).leave(channelIds[0]));
    await allLeft(recorders[0], ids, ANNOUNCED);
    assert.ok(Date.now() - began >= GRACE - 1_000, 'nobody goes before the grace is over');
    frozen.signal('SIGCONT');

    const refused = ok(await stale);
    assert.deepEqual([refused.success, refused.error?.code], [false, 'not_in_channel']);
    await allHeard(recorders[0], mark, JOINED, ids);
    await Promise.all(recorders.map((recorder) => recorder.converges(b)));
    for (const recorder of recorders.slice(0, 2)) {
      for (const id of ids) {
        assert.deepEqual(recorder.story(id), [JOINED, LEFT, JOINED], id);
      }
      assert.deepEqual(recorder.story(lateId), [JOINED, LEFT]);
    }
    const states = await statesOf(frozen, channelIds);
    for (const [channelId, { users }] of states) {
      const expected = people.filter((person) => person.channelId === channelId).map(({ id }) => id);
      assert.deepEqual(users.map(({ id }) => id).sort(), expected.sort());
    }
    people.forEach(({ client }) => client.close());
  });

  test('that freezes for a moment is not noticed by anybody', async () => {
    const channelIds = newChannels(5);
    const recorders = await Promise.all(nodes.slice(0, 2).map((node) => Recorder.start(node, channelIds)));
    const people = await gather([nodes[2]], channelIds, 50);
    const before = await membersOf(nodes[0], channelIds);
    const marks = recorders.map((recorder) => recorder.mark());
    nodes[2].signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    nodes[2].signal('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i]));
    assert.deepEqual(await membersOf(nodes[2], channelIds), before);
    people.forEach(({ client }) => client.close());
  });

  test('that is stopped has its clients move by themselves, and nobody sees it', async () => {
    const [a, b] = nodes;
    const [leaving] = await startNodes([redis.url], { DISCONNECT_GRACE: `${GRACE}ms` });
    const balancer = await startBalancer([leaving, a, b]);
    const channelIds = newChannels(10);
    const recorders = await Promise.all([a, b].map((node) => Recorder.start(node, channelIds)));
    // Plain clients: their own reconnection, and a join on each connect.
    const ids = Array.from({ length: 150 }, () => newUserId('m'));
    const joins = new Map(ids.map((id) => [id, 0]));
    const sockets = await inWaves(ids, async (id) => {
      const socket = io(balancer.url, {
        transports: ['websocket'],
        forceNew: true,
        auth: { token: signIn({ sub: id }) },
      });
      const channelId = channelIds[ids.indexOf(id) % channelIds.length];
      await new Promise((resolve) => {
        socket.on('connect', async () => {
          try {
            const { success } = await socket.timeout(20_000).emitWithAck('VOICE_CHANNEL_JOIN', { channelId });
            joins.set(id, joins.get(id) + Number(success));
            resolve();
          } catch {
            // The connection went before the answer came: the next connect tries again.
          }
        });
      });
      return socket;
    });
    try {
      const before = await membersOf(a, channelIds);
      const marks = recorders.map((recorder) => recorder.mark());
      const cut = new Set();
      sockets.forEach((socket, i) => socket.on('disconnect', () => cut.add(ids[i])));

      const began = Date.now();
      const status = await leaving.stop('SIGTERM');
      assert.equal(status, 143, 'an orderly end');
      assert.ok(Date.now() - began < 10_000, 'it ends in 10 s');
      assert.ok(cut.size >= 40, `${cut.size} of 150 clients were on it`);

      await eventually('all joined elsewhere', () => [...cut].every((id) => joins.get(id) >= 2), GRACE);
      // Past every deadline that the node left behind.
      await new Promise((resolve) => setTimeout(resolve, GRACE + 3_000));
      recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i]));
      assert.deepEqual(await membersOf(b, channelIds), before);
      await Promise.all(recorders.map((recorder) => recorder.converges(a)));
    } finally {
      sockets.forEach((socket) => socket.disconnect());
      balancer.stop();
    }
  });

  test('that is killed with 1,000 users loses those who do not come back, once each, and leaves nothing', async () => {
    const [a, b, doomed] = nodes;
    const channelIds = newChannels(50);
    const recorders = await Promise.all([a, b].map((node) => Recorder.start(node, channelIds)));
    const people = await gather([doomed], channelIds, 1_000);
    await eventually('1,000 users', () => recorders.every((recorder) => recorder.stories().size === 1_000));
    const returning = people.filter((_, i) => i % 2 === 0);
    const lost = people.filter((_, i) => i % 2 === 1);
    const marks = recorders.map((recorder) => recorder.mark());

    await doomed.stop('SIGKILL');
    const began = Date.now();
    await inWaves(returning, (person) => person.join(people.indexOf(person) % 4 === 0 ? a : b));
    const back = Date.now() - began;
    assert.ok(back < GRACE, `this machine is too slow for the test: all were back after ${back} ms`);

    await Promise.all(recorders.map((recorder) => allLeft(recorder, lost.map(({ id }) => id), ANNOUNCED - back)));
    for (const [i, recorder] of recorders.entries()) {
      const stories = recorder.stories(marks[i]);
      lost.forEach(({ id }) => assert.deepEqual(stories.get(id), [LEFT], id));
      returning.forEach(({ id }) => assert.equal(stories.get(id), undefined, id));
      recorder.wasNeverCut();
    }
    await Promise.all(recorders.map((recorder) => recorder.converges(a, 20_000, { skips: false })));

    const present = [...(await membersOf(b, channelIds)).values()].flat().map(({ id }) => id);
    assert.deepEqual(present.sort(), returning.map(({ id }) => id).sort());
    const gone = new Set(lost.map(({ id }) => id));
    const left = () => keysAbout(redis, gone);
    await eventually('no key of those who left', async () => (await left()).length === 0, 5_000);
    for (const { id } of lost.slice(0, 20)) {
      assert.deepEqual(ok(await new Api(a, signIn({ sub: id })).me()).voiceChannels, []);
    }
  });
});
