// Three nodes on one Redis are one service: whatever a client does on one of them, clients of the others see it as if
// it had been done on theirs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { newChannels, Person, Recorder, startNodes, statesOf, succeed } from '../support/fleet.mjs';
import { Api, joined, ok } from '../support/http.mjs';
import { newChannel, newUserId, signIn } from '../support/people.mjs';
import { startRedis } from '../support/redis.mjs';
import { JOINED, LEFT, UPDATED } from '../support/replay.mjs';
import { closeAll, connect } from '../support/sockets.mjs';

const GRACE = 2_000;

describe('Three nodes on one Redis', { timeout: 120_000 }, () => {
  let redis;
  let nodes;

  before(async () => {
    redis = await startRedis();
    nodes = await startNodes([redis.url, redis.url, redis.url], { DISCONNECT_GRACE: `${GRACE}ms` });
  });

  after(async () => {
    closeAll();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await redis?.stop();
  });

  const watchers = (channelId) => Promise.all(nodes.map((node) => Recorder.start(node, [channelId])));

  /** Everything under way in a channel has reached the recorders once this returns. */
  async function settled(channelId, recorders) {
    const marker = newUserId('marker');
    const api = new Api(nodes[0], signIn({ sub: marker }));
    ok(await api.join(channelId));
    ok(await api.leave(channelId));
    await Promise.all(
      recorders.map(({ client }) => client.event(LEFT, channelId, ({ userId }) => userId === marker)),
    );
    return marker;
  }

  test('tell every subscriber the same, in the same order, with the same versions', async () => {
    const channelId = newChannel();
    const recorders = await watchers(channelId);
    const people = Array.from({ length: 6 }, () => new Person(channelId));

    await Promise.all(
      people.map(async (person, i) => {
        const home = nodes[i % 3];
        const elsewhere = person.api(nodes[(i + 1) % 3]);
        for (let round = 0; round < 10; round += 1) {
          ok(await person.api(home).join(channelId));
          ok(await elsewhere.update(channelId, { isMuted: round % 2 === 0 }));
          ok(await person.api(home).update(channelId, { isVideoEnabled: true }));
          ok(await elsewhere.leave(channelId));
        }
      }),
    );
    await settled(channelId, recorders);

    const heard = recorders.map((recorder) => recorder.client.about(channelId));
    assert.deepEqual(heard[1], heard[0]);
    assert.deepEqual(heard[2], heard[0]);
    const count = (wanted) => heard[0].filter(([name]) => name === wanted).length;
    assert.deepEqual([count(JOINED), count(UPDATED), count(LEFT)], [61, 120, 61]);
    for (const recorder of recorders) {
      recorder.replay(channelId, { skips: false });
    }
  });

  test('show what was acknowledged on one of them at once on the others', async () => {
    const channelId = newChannel();
    const sub = newUserId();
    const token = signIn({ sub, username: 'Ann' });
    const [a, b, c] = nodes.map((node) => new Api(node, token));
    for (let round = 0; round < 20; round += 1) {
      const { user, version } = ok(await a.join(channelId));
      assert.deepEqual(ok(await b.channel(channelId)), { channelId, version, count: 1, users: [user] });
      assert.deepEqual(ok(await c.me()), { userId: sub, voiceChannels: [channelId] });
      const updated = ok(await b.update(channelId, { isDeafened: true }));
      assert.equal(updated.version, version + 1);
      assert.deepEqual(ok(await c.channel(channelId)).users, [{ ...user, isDeafened: true }]);
      assert.deepEqual(ok(await a.channels(channelId)).channels[0].users, [{ ...user, isDeafened: true }]);
      assert.equal(ok(await c.refresh(channelId)).present, true);
      ok(await c.leave(channelId));
      assert.deepEqual(ok(await a.channel(channelId)), { channelId, version: version + 2, count: 0, users: [] });
      assert.deepEqual(ok(await b.me()), { userId: sub, voiceChannels: [] });
    }
  });

  test('take the joins of one user at all of them at once for one', async () => {
    const channelId = newChannel();
    const recorders = await watchers(channelId);
    const sub = newUserId();
    const token = signIn({ sub, username: 'Ann' });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => new Api(nodes[i % 3], token).join(channelId)),
    );
    const [first, ...others] = answers.map((answer) => ok(answer).user);
    assert.deepEqual(first, joined({ id: sub, username: 'Ann' }, first.joinedAt));
    others.forEach((user) => assert.deepEqual(user, first));
    await settled(channelId, recorders);
    recorders.forEach((recorder) => assert.deepEqual(recorder.story(sub), [JOINED]));
  });

  test('lose no update of different flags that come at once by different nodes', async () => {
    const channelId = newChannel();
    const apis = nodes.map((node) => new Api(node, signIn({ sub: 'flags' })));
    const { version } = ok(await apis[0].join(channelId));
    const flags = ['isMuted', 'isDeafened', 'isVideoEnabled', 'isScreenSharing'];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => apis[i % 3].update(channelId, { [flags[i % 4]]: true })),
    );
    const versions = answers.map((answer) => ok(answer).version).sort((x, y) => x - y);
    assert.deepEqual(versions, Array.from({ length: 40 }, (_, i) => version + 1 + i));
    const [user] = ok(await apis[2].channel(channelId)).users;
    flags.forEach((flag) => assert.equal(user[flag], true, flag));
  });

  test('keep a user with two devices on two nodes until the last is gone', async () => {
    const channelId = newChannel();
    const [recorder] = await watchers(channelId);
    const phone = await new Person(channelId).join(nodes[1]);
    const laptop = await new Person(channelId, phone.id).join(nodes[2]);
    assert.equal(laptop.ack.version, phone.ack.version);

    phone.client.cut();
    // Longer than the deadline that the phone alone would have kept.
    await new Promise((resolve) => setTimeout(resolve, GRACE + 3_000));
    assert.deepEqual(recorder.story(phone.id), [JOINED]);

    laptop.client.cut();
    const { reason } = await recorder.client.event(LEFT, channelId);
    assert.equal(reason, 'expired');
    await settled(channelId, [recorder]);
    assert.deepEqual(recorder.story(phone.id), [JOINED, LEFT]);
  });

  test('see no event when a socket drops here and is back there within the grace', async () => {
    const [channelId] = newChannels(1);
    const recorders = await watchers(channelId);
    const person = await new Person(channelId).join(nodes[0]);
    const { users } = person.ack;
    for (const node of [nodes[1], nodes[2], nodes[0], nodes[1]]) {
      person.client.cut();
      await person.join(node);
      assert.deepEqual(person.ack.users, users);
    }
    // Past every deadline that a socket of before could have left behind.
    await new Promise((resolve) => setTimeout(resolve, GRACE + 3_000));
    await settled(channelId, recorders);
    recorders.forEach((recorder) => assert.deepEqual(recorder.story(person.id), [JOINED]));
  });

  test('end the presence of a user by a leave on another node, for all of its sockets', async () => {
    const channelId = newChannel();
    const recorders = await watchers(channelId);
    const person = await new Person(channelId).join(nodes[0]);
    ok(await person.api(nodes[2]).leave(channelId));
    await Promise.all(recorders.map(({ client }) => client.event(LEFT, channelId)));
    // The socket on node 0 lives on, and must not bring its user back by prolonging.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await settled(channelId, recorders);
    recorders.forEach((recorder) => assert.deepEqual(recorder.story(person.id), [JOINED, LEFT]));
    const refresh = await succeed(person.client, 'VOICE_PRESENCE_REFRESH', { channelId });
    assert.deepEqual([refresh.present, refresh.expiresIn], [false, 0]);
  });

  test('give those who subscribe in the middle a snapshot that the events continue', async () => {
    const channelId = newChannel();
    const people = await Promise.all(nodes.map((node) => new Person(channelId).join(node)));
    let over = false;
    const busy = people.map(async ({ client }) => {
      for (let i = 0; !over; i += 1) {
        await succeed(client, 'VOICE_STATE_UPDATE', { channelId, isMuted: i % 2 === 0 });
      }
    });
    const recorders = [];
    for (let visit = 0; visit < 30; visit += 1) {
      recorders.push(await Recorder.start(nodes[visit % 3], [channelId]));
    }
    over = true;
    await Promise.all(busy);
    await settled(channelId, recorders);
    const state = (await statesOf(nodes[0], [channelId])).get(channelId);
    for (const recorder of recorders) {
      assert.deepEqual(recorder.replay(channelId, { skips: false }), state);
    }
  });

  test('expire a user of a request once, whoever notices', async () => {
    const short = await startNodes([redis.url, redis.url], { VOICE_PRESENCE_TTL: '1s' });
    try {
      const channelId = newChannel();
      const recorders = await watchers(channelId);
      const sub = newUserId();
      ok(await new Api(short[0], signIn({ sub })).join(channelId));
      await Promise.all(recorders.map(({ client }) => client.event(LEFT, channelId, (left) => left.userId === sub)));
      await settled(channelId, recorders);
      recorders.forEach((recorder) => assert.deepEqual(recorder.story(sub), [JOINED, LEFT]));
    } finally {
      await Promise.all(short.map((node) => node.stop()));
    }
  });

  test('understand a client of polling whose requests all reach one node', async () => {
    const channelId = newChannel();
    const recorder = await Recorder.start(nodes[0], [channelId]);
    const poller = await connect(nodes[1], signIn({ sub: newUserId('poller') }), { transports: ['polling'] });
    await succeed(poller, 'VOICE_CHANNEL_JOIN', { channelId });
    const { user } = await recorder.client.event(JOINED, channelId);
    await succeed(poller, 'VOICE_CHANNEL_LEAVE', { channelId });
    assert.deepEqual((await recorder.client.event(LEFT, channelId)).user, user);
  });
});
