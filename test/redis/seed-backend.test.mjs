// Another backend, built on the original design, reads and writes the same Redis at the same time. Each sees the other's
// users, and neither breaks what the other wrote.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Person, Recorder, startNodes } from '../support/fleet.mjs';
import { Api, ok } from '../support/http.mjs';
import { newChannel, newUserId, signIn } from '../support/people.mjs';
import { eventually, startRedis, startRedisCluster } from '../support/redis.mjs';
import { JOINED, LEFT, UPDATED } from '../support/replay.mjs';
import { SeedBackend } from '../support/seed-backend.mjs';
import { closeAll } from '../support/sockets.mjs';

/** A direct write reaches subscribers within 5 s; the rest is for a busy machine. */
const LATE = 7_000;

const STORES = {
  'one Redis': async () => {
    const redis = await startRedis();
    return { url: redis.url, client: redis.client, braces: false, stop: () => redis.stop() };
  },
  'a Cluster': async () => {
    const cluster = await startRedisCluster();
    return { url: cluster.url, client: cluster.client, braces: true, stop: () => cluster.stop() };
  },
};

for (const [where, start] of Object.entries(STORES)) {
  describe(`Another backend on ${where}`, { timeout: 120_000 }, () => {
    let store;
    let node;
    let redis;
    let twin;

    before(async () => {
      store = await start();
      redis = store.client;
      twin = new SeedBackend(redis, store);
      [node] = await startNodes([store.url], { OTHER_BACKEND: 'true', DISCONNECT_GRACE: '2s' });
    });

    after(async () => {
      closeAll();
      await node?.stop();
      await store?.stop();
    });

    const api = (sub, claims) => new Api(node, signIn({ sub, ...claims }));
    const present = async (channelId) => ok(await api('reader').channel(channelId)).users;
    const idsIn = async (channelId) => (await present(channelId)).map(({ id }) => id);

    /** The key lives as long as the design says; a second may have passed. */
    async function fullTtl(key) {
      const ttl = await redis.ttl(key);
      assert.ok(ttl >= 298 && ttl <= 300, `${key} lives ${ttl} s`);
    }

    test('finds our users under its keys, as the bytes that it would have written', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const profile = { username: 'Änn "A"', displayName: 'Ann/É', avatarUrl: 'https://example.org/a.png?x=1&y=2' };
      const { user } = ok(await api(id, profile).join(channelId));

      const key = twin.userKey(channelId, id);
      assert.equal(
        await redis.get(key),
        JSON.stringify({
          id,
          ...profile,
          joinedAt: new Date(user.joinedAt),
          isVideoEnabled: false,
          isScreenSharing: false,
          isMuted: false,
          isDeafened: false,
        }),
      );
      await fullTtl(key);
      assert.deepEqual(await redis.smembers(twin.membersKey(channelId)), [id]);
      assert.deepEqual(await redis.smembers(twin.channelsKey(id)), [channelId]);
      for (const set of [twin.membersKey(channelId), twin.channelsKey(id)]) {
        const ttl = await redis.ttl(set);
        assert.ok(ttl === -1 || ttl >= 598, `${set} lives ${ttl} s`);
      }
      assert.deepEqual(await twin.getChannelPresence(channelId), [{ ...user, joinedAt: new Date(user.joinedAt) }]);
      assert.deepEqual(await twin.getUserVoiceChannels(id), [channelId]);
    });

    test('finds our optional fields left out, as its own', async () => {
      const channelId = newChannel();
      const id = newUserId();
      ok(await api(id).join(channelId));
      const key = twin.userKey(channelId, id);
      assert.equal(await redis.get(key), JSON.stringify(JSON.parse(await redis.get(key))));
      assert.doesNotMatch(await redis.get(key), /null|displayName|avatarUrl|isServer/);
    });

    test('finds our updates, refreshes and leaves', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const key = twin.userKey(channelId, id);
      const { user } = ok(await api(id).join(channelId));
      await redis.expire(key, 100);
      ok(await api(id).update(channelId, { isMuted: true }));
      assert.deepEqual(JSON.parse(await redis.get(key)), { ...user, isMuted: true });
      await fullTtl(key);
      await redis.expire(key, 100);
      assert.equal(ok(await api(id).refresh(channelId)).present, true);
      await fullTtl(key);
      ok(await api(id).leave(channelId));
      assert.equal(await redis.exists(key), 0);
      assert.deepEqual(await twin.getChannelPresence(channelId), []);
      assert.deepEqual(await twin.getUserVoiceChannels(id), []);
      assert.equal(await redis.exists(twin.membersKey(channelId)), 0);
    });

    test('keeps its key alive through a socket that lives, and finds nothing when that is gone', async () => {
      const channelId = newChannel();
      const person = await new Person(channelId).join(node);
      await fullTtl(twin.userKey(channelId, person.id));
      person.client.cut();
      await eventually('the end', async () => (await twin.getChannelPresence(channelId)).length === 0, 10_000);
      await eventually('the end of the index', async () => (await twin.getUserVoiceChannels(person.id)).length === 0);
    });

    test('shows its users among ours, oldest first', async () => {
      const channelId = newChannel();
      const [ours, theirs, ours2] = ['a', 'b', 'c'].map((name) => newUserId(name));
      ok(await api(ours).join(channelId));
      await new Promise((resolve) => setTimeout(resolve, 5));
      const other = await twin.joinVoiceChannel(channelId, { id: theirs, username: 'Ben', displayName: 'B' });
      await new Promise((resolve) => setTimeout(resolve, 5));
      ok(await api(ours2).join(channelId));

      assert.deepEqual(await idsIn(channelId), [ours, theirs, ours2]);
      const shown = (await present(channelId)).find(({ id }) => id === theirs);
      assert.deepEqual(shown, JSON.parse(JSON.stringify(other)));
      assert.deepEqual((await twin.getChannelPresence(channelId)).map(({ id }) => id), [ours, theirs, ours2]);
      assert.deepEqual(ok(await api(theirs).me()).voiceChannels, [channelId]);
    });

    test('may have its users updated, refreshed, joined again and taken out by us', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const user = JSON.parse(JSON.stringify(await twin.joinVoiceChannel(channelId, { id, username: 'Ben' })));
      const key = twin.userKey(channelId, id);
      await redis.expire(key, 50);
      assert.equal(ok(await api(id).refresh(channelId)).present, true);
      await fullTtl(key);
      await redis.expire(key, 50);
      assert.deepEqual(ok(await api(id).update(channelId, { isScreenSharing: true })).user, {
        ...user,
        isScreenSharing: true,
      });
      await fullTtl(key);
      assert.equal(await redis.get(key), JSON.stringify({ ...user, isScreenSharing: true }));
      const again = ok(await api(id).join(channelId)).user;
      assert.deepEqual([again.joinedAt, again.isScreenSharing], [user.joinedAt, true]);
      assert.deepEqual(ok(await api(id).leaveAll()).left, [channelId]);
      assert.deepEqual(await twin.getChannelPresence(channelId), []);
      assert.deepEqual(await twin.getUserVoiceChannels(id), []);
    });

    test('has its updates of our users shown', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const { user } = ok(await api(id).join(channelId));
      await twin.updateVoiceState(channelId, id, { isDeafened: true });
      assert.deepEqual(await present(channelId), [{ ...user, isDeafened: true }]);
      ok(await api(id).update(channelId, { isMuted: true }));
      assert.deepEqual(await present(channelId), [{ ...user, isDeafened: true, isMuted: true }]);
    });

    test('keeps every field of its own through an update of ours, to the letter', async () => {
      const channelId = newChannel();
      const id = newUserId();
      await twin.joinVoiceChannel(channelId, { id, username: 'x' });
      const key = twin.userKey(channelId, id);
      const foreign = [
        '"nested" : { "isMuted" : true , "deep":[{"isMuted":true,"isVideoEnabled":"no"}] }',
        '"big":12345678901234567890',
        '"exact":0.10000000000000000555',
        '"huge":1e400',
        '"escaped":"\\u00e9\\ud83d\\ude00\\/\\"isMuted\\":true"',
        '"empty":{}',
        '"none":null',
        '"list":[]',
        '"":"no name"',
      ];
      const write = (muted) =>
        `{ "id":"${id}",\n\t"username" : "x", ${foreign[0]},"joinedAt":"2026-11-22T06:00:00.000Z",` +
        ` "isVideoEnabled":false,"isScreenSharing":false , "isMuted" : ${muted},"isDeafened":false,` +
        `${foreign.slice(1).join(' , ')} }`;
      await redis.set(key, write(false), 'EX', 300);

      const { user } = ok(await api(id).update(channelId, { isMuted: true }));
      assert.equal(user.isMuted, true);

      const kept = await redis.get(key);
      const { isMuted, ...others } = JSON.parse(kept);
      const { isMuted: _, ...before } = JSON.parse(write(false));
      assert.equal(isMuted, true);
      assert.deepEqual(others, before);
      assert.match(kept, /"big"\s*:\s*12345678901234567890\b/);
      assert.match(kept, /"exact"\s*:\s*0\.10000000000000000555\b/);
      assert.match(kept, /"huge"\s*:\s*1[eE]\+?400\b/);
      assert.match(kept, /"list"\s*:\s*\[\s*\]/);
      assert.match(kept, /"empty"\s*:\s*\{\s*\}/);
      ok(await api(id).join(channelId));
      assert.match(await redis.get(key), /"big"\s*:\s*12345678901234567890\b/);
    });

    test('has its leave of our user seen, and the user not brought back', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const recorder = await Recorder.start(node, [channelId]);
      ok(await api(id).join(channelId));
      await recorder.client.event(JOINED, channelId);
      await twin.leaveVoiceChannel(channelId, id);
      assert.deepEqual(await present(channelId), []);
      const late = ok(await api(id).update(channelId, { isMuted: true }));
      assert.deepEqual([late.success, late.error.code], [false, 'not_in_channel']);
      assert.equal(ok(await api(id).refresh(channelId)).present, false);
      assert.deepEqual(ok(await api(id).me()).voiceChannels, []);
      await recorder.client.event(LEFT, channelId);
      assert.equal(await redis.exists(twin.userKey(channelId, id)), 0);
      assert.deepEqual(recorder.story(id), [JOINED, LEFT]);
    });

    test('has its leave of our user with a socket seen, for good', async () => {
      const channelId = newChannel();
      const recorder = await Recorder.start(node, [channelId]);
      const person = await new Person(channelId).join(node);
      await recorder.client.event(JOINED, channelId);
      await twin.leaveVoiceChannel(channelId, person.id);
      await recorder.client.event(LEFT, channelId);
      // Past some rounds in which the socket's node keeps its users alive.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      assert.deepEqual(await present(channelId), []);
      assert.deepEqual(await twin.getChannelPresence(channelId), []);
      assert.deepEqual(recorder.story(person.id), [JOINED, LEFT]);
      // The same socket may come back by a word of its own.
      await person.client.ask('VOICE_CHANNEL_JOIN', { channelId });
      assert.deepEqual(await idsIn(channelId), [person.id]);
    });

    test('has its user go when the key runs out, with its membership', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const recorder = await Recorder.start(node, [channelId]);
      await twin.joinVoiceChannel(channelId, { id, username: 'Ben' });
      await recorder.client.event(JOINED, channelId);
      await redis.pexpire(twin.userKey(channelId, id), 1_500);
      const began = Date.now();
      const { userId, user } = await recorder.client.event(LEFT, channelId);
      assert.deepEqual([userId, user.username], [id, 'Ben']);
      // Half a second early, so that the key is still there to tell the last state.
      assert.ok(Date.now() - began >= 1_500 - 500, 'not before its time');
      assert.ok(Date.now() - began < 1_500 + LATE, 'within 5 s of its time');
      assert.deepEqual(await present(channelId), []);
      await eventually('the membership', async () => !(await redis.sismember(twin.membersKey(channelId), id)), 10_000);
    });

    test('may keep its user by refreshing, past the time that we saw first', async () => {
      const channelId = newChannel();
      const id = newUserId();
      const recorder = await Recorder.start(node, [channelId]);
      await twin.joinVoiceChannel(channelId, { id, username: 'Ben' });
      await recorder.client.event(JOINED, channelId);
      for (let i = 0; i < 6; i += 1) {
        await redis.expire(twin.userKey(channelId, id), 2);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      await twin.refreshPresence(channelId, id);
      assert.deepEqual(recorder.story(id), [JOINED]);
      assert.deepEqual(await idsIn(channelId), [id]);
    });

    test('may leave rubbish under the keys without breaking the channel', async () => {
      const channelId = newChannel();
      const good = newUserId('good');
      ok(await api(good).join(channelId));
      const rubbish = {
        broken: '{"id":"broken","username"',
        empty: '',
        text: 'hello',
        list: '[1,2]',
        number: '17',
        nothing: 'null',
        bare: '{}',
        deep: '['.repeat(5_000),
        binary: Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
      };
      for (const [id, value] of Object.entries(rubbish)) {
        await redis.set(twin.userKey(channelId, id), value, 'EX', 300);
        await redis.sadd(twin.membersKey(channelId), id);
      }
      await redis.lpush(twin.userKey(channelId, 'wrong-type'), 'x');
      await redis.sadd(twin.membersKey(channelId), 'wrong-type', 'no value', 'no-value', '', 'ü');

      assert.deepEqual(await idsIn(channelId), [good]);
      assert.equal(ok(await api('reader').channels(channelId)).channels[0].count, 1);
      const recorder = await Recorder.start(node, [channelId]);
      for (const id of ['broken', 'wrong-type', 'list', 'nothing']) {
        const answer = await api(id).update(channelId, { isMuted: true });
        assert.ok(answer.status < 500, `update of ${id}: ${answer.status} ${answer.text}`);
        assert.ok((await api(id).leave(channelId)).status < 500, `leave of ${id}`);
      }
      ok(await api(good).update(channelId, { isMuted: true }));
      await recorder.client.event(UPDATED, channelId);
      // A user whose value is rubbish can still join.
      const { user } = ok(await api('broken').join(channelId));
      assert.deepEqual((await idsIn(channelId)).sort(), ['broken', good].sort());
      assert.equal(JSON.parse(await redis.get(twin.userKey(channelId, 'broken'))).joinedAt, user.joinedAt);
    });

    test('may have put another type in the place of a set, and other channels do not notice', async () => {
      const broken = newChannel();
      const id = newUserId();
      await redis.set(twin.membersKey(broken), 'no set');
      await api('reader').channel(broken);
      await api(id).join(broken);
      await redis.del(twin.membersKey(broken));
      const channelId = newChannel();
      ok(await api(id).join(channelId));
      assert.deepEqual(await idsIn(channelId), [id]);
    });

    test('has its writes told to subscribers within 5 s, with versions that follow one another', async () => {
      const channelId = newChannel();
      const ours = newUserId('ours');
      const theirs = newUserId('theirs');
      const recorder = await Recorder.start(node, [channelId]);
      const told = async (name, matches) => {
        const began = Date.now();
        const payload = await recorder.client.event(name, channelId, matches);
        assert.ok(Date.now() - began < LATE, `${name} after ${Date.now() - began} ms`);
        return payload;
      };
      ok(await api(ours).join(channelId));
      await told(JOINED, ({ user }) => user.id === ours);

      const user = JSON.parse(JSON.stringify(await twin.joinVoiceChannel(channelId, { id: theirs, username: 'T' })));
      assert.deepEqual((await told(JOINED, (one) => one.user.id === theirs)).user, user);

      await twin.updateVoiceState(channelId, theirs, { isMuted: true });
      const updated = await told(UPDATED, ({ userId }) => userId === theirs);
      assert.deepEqual([updated.updates, updated.user], [{ isMuted: true }, { ...user, isMuted: true }]);

      await twin.updateVoiceState(channelId, ours, { isVideoEnabled: true });
      const changed = await told(UPDATED, ({ userId }) => userId === ours);
      assert.deepEqual(changed.updates, { isVideoEnabled: true });

      await twin.leaveVoiceChannel(channelId, theirs);
      assert.deepEqual((await told(LEFT, ({ userId }) => userId === theirs)).user, { ...user, isMuted: true });

      await twin.leaveVoiceChannel(channelId, ours);
      await told(LEFT, ({ userId }) => userId === ours);
      await recorder.converges(node, LATE, { skips: false });
    });

    test('works at the same time as we do, on the same channel', async () => {
      const channelId = newChannel();
      const recorder = await Recorder.start(node, [channelId]);
      const end = Date.now() + 4_000;
      const busy = Array.from({ length: 6 }, async (_, i) => {
        const id = newUserId(i % 2 ? 'ours' : 'theirs');
        const mine = api(id);
        for (let round = 0; Date.now() < end; round += 1) {
          const isMuted = round % 2 === 0;
          if (i % 2) {
            ok(await mine.join(channelId));
            assert.equal(ok(await mine.update(channelId, { isMuted })).success, true);
            ok(await mine.leave(channelId));
          } else {
            await twin.joinVoiceChannel(channelId, { id, username: id });
            await twin.updateVoiceState(channelId, id, { isMuted });
            await new Promise((resolve) => setTimeout(resolve, 200));
            await twin.leaveVoiceChannel(channelId, id);
          }
        }
        if (i < 3) {
          await (i % 2 ? mine.join(channelId) : twin.joinVoiceChannel(channelId, { id, username: id }));
        }
        return i < 3 ? [id] : [];
      });
      const stayed = (await Promise.all(busy)).flat().sort();
      assert.deepEqual((await idsIn(channelId)).sort(), stayed);
      assert.deepEqual((await twin.getChannelPresence(channelId)).map(({ id }) => id).sort(), stayed);
      // Its writes between two looks of ours come as one event, at the version of the last.
      await recorder.converges(node, LATE);
    });
  });
}
