// What happens to a Redis Cluster: a master dies, a slot moves, a failover is forced. Channels elsewhere do not notice,
// those concerned are back in time, and nobody is lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { awaitReadiness, gather, membersOf, newChannels, Recorder, startNodes } from '../support/fleet.mjs';
import { Api, ok } from '../support/http.mjs';
import { newUserId, signIn } from '../support/people.mjs';
import { startRedisCluster } from '../support/redis.mjs';
import { JOINED, LEFT } from '../support/replay.mjs';
import { closeAll, connect } from '../support/sockets.mjs';

const NODE_TIMEOUT = 2_000;

/** Channels of a dead master are back within this; a second of it is for a busy machine. */
const BACK = NODE_TIMEOUT + 3_000 + 1_000;

describe('A Cluster under three nodes', { timeout: 240_000 }, () => {
  let cluster;
  let nodes;
  let channelIds;
  let people;
  let recorders;

  before(async () => {
    cluster = await startRedisCluster({ nodeTimeout: NODE_TIMEOUT });
    nodes = await startNodes([cluster.url, cluster.url, cluster.url]);
    channelIds = newChannels(30);
    recorders = await Promise.all(nodes.map((node) => Recorder.start(node, channelIds)));
    people = await gather(nodes, channelIds, 240);
  });

  after(async () => {
    closeAll();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await cluster?.stop();
  });

  const masterOf = (channelId) => cluster.masterOfKey(`voice_presence:channel:{${channelId}}:members`);

  /** The channels that a master serves, and all others. */
  async function split(master) {
    const masters = await Promise.all(channelIds.map(masterOf));
    const here = channelIds.filter((_, i) => masters[i] === master);
    const elsewhere = channelIds.filter((_, i) => masters[i] !== master);
    assert.ok(here.length > 0 && elsewhere.length > 0);
    return { here, elsewhere };
  }

  /** Keeps all channels busy while something happens, and tells how each command went. */
  async function underLoad(happening) {
    let over = false;
    const outcomes = new Map(channelIds.map((channelId) => [channelId, []]));
    const actors = channelIds.map((channelId) => people.find((person) => person.channelId === channelId));
    const note = async (channelId, command) => {
      const at = Date.now();
      const { success, error } = await command();
      outcomes.get(channelId).push({ channelId, at, done: Date.now(), success, error });
      await sleep(50);
    };
    const updating = actors.map(async ({ client, channelId }) => {
      for (let i = 0; !over; i += 1) {
        await note(channelId, () => client.ask('VOICE_STATE_UPDATE', { channelId, isMuted: i % 2 === 0 }));
      }
    });
    // Guests come and go. Their own index lies on any server, not on that of the channel.
    const byHttp = channelIds.map(async (channelId, i) => {
      for (let n = 0; !over; n += 1) {
        const api = new Api(nodes[(i + n) % 3], signIn({ sub: newUserId('guest') }));
        await note(channelId, async () => outcomeOf(await api.join(channelId)));
        await note(channelId, async () => outcomeOf(await api.leave(channelId)));
      }
    });
    const bySocket = channelIds.map(async (channelId, i) => {
      const client = await connect(nodes[i % 3], signIn({ sub: newUserId('guest') }));
      while (!over) {
        await note(channelId, () => client.ask('VOICE_CHANNEL_JOIN', { channelId }));
        await note(channelId, () => client.ask('VOICE_CHANNEL_LEAVE', { channelId }));
      }
      client.close();
    });
    const working = [...updating, ...byHttp, ...bySocket];
    await sleep(1_000);
    const began = Date.now();
    await happening();
    over = true;
    await Promise.all(working);
    return { outcomes, began };
  }

  /** An answer of HTTP in the form of an ack. */
  const outcomeOf = ({ status, body }) => ({
    success: status === 200,
    error: { code: body.code, message: `${status} ${body.detail}` },
  });

  const isGuest = (id) => id.startsWith('guest');

  const failures = (outcomes, ids) =>
    ids.flatMap((channelId) => outcomes.get(channelId).filter(({ success }) => !success));

  /** These channels noticed nothing of what happened elsewhere. */
  function undisturbed(outcomes, ids, began) {
    const told = failures(outcomes, ids).map(
      ({ channelId, at, done, error }) => `${channelId} ${at - began} to ${done - began} ms: ${error.message}`,
    );
    assert.deepEqual(told, []);
  }

  /** In these channels whoever came has left, in that order, in everybody's eyes. */
  function guestsCameAndWent(ids, marks) {
    recorders.forEach((recorder, i) => {
      for (const channelId of ids) {
        const stories = new Map();
        for (const { name, payload } of recorder.events(marks[i])) {
          if (payload.channelId === channelId && isGuest(payload.user.id)) {
            stories.set(payload.user.id, [...(stories.get(payload.user.id) ?? []), name]);
          }
        }
        assert.ok(stories.size > 0, `${channelId} had guests`);
        for (const [id, story] of stories) {
          story.forEach((name, n) => assert.equal(name, n % 2 === 0 ? JOINED : LEFT, `event ${n} of ${id}`));
          assert.equal(story.length % 2, 0, `${id} left`);
        }
      }
    });
  }

  /** All are there still, in everybody's eyes, and nobody was told otherwise. */
  async function nobodyIsLost(before, marks) {
    await cluster.healthy();
    await Promise.all(nodes.map((node) => awaitReadiness(node, 200, 20_000)));
    await Promise.all(recorders.map((recorder, i) => recorder.converges(nodes[(i + 1) % 3])));
    recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i], (id) => !isGuest(id)));
    recorders.forEach((recorder) => recorder.wasNeverCut());
    const now = await membersOf(nodes[0], channelIds);
    for (const [channelId, users] of before) {
      const kept = (list) => list.filter(({ id }) => !isGuest(id)).map(({ id, joinedAt }) => `${id} ${joinedAt}`);
      assert.deepEqual(kept(now.get(channelId)), kept(users));
    }
    people.forEach(({ client, id }) => assert.ok(client.socket.connected, `${id} was cut off`));
    nodes.forEach((node) => assert.doesNotMatch(node.log(), /CROSSSLOT/));
    // An event of after the fault reaches every subscriber, in every channel: no subscription was lost.
    const sub = newUserId('probe');
    for (const channelId of channelIds) {
      ok(await new Api(nodes[0], signIn({ sub })).join(channelId));
      ok(await new Api(nodes[1], signIn({ sub })).leave(channelId));
    }
    await Promise.all(
      recorders.flatMap(({ client }) =>
        channelIds.map((channelId) =>
          client.event('VOICE_CHANNEL_USER_LEFT', channelId, ({ userId }) => userId === sub),
        ),
      ),
    );
  }

  const start = async () => ({
    members: await membersOf(nodes[0], channelIds),
    marks: recorders.map((recorder) => recorder.mark()),
  });

  test('has a slot moved under load without one failed command', async () => {
    const { members, marks } = await start();
    const moved = channelIds.slice(0, 4);
    const { outcomes, began } = await underLoad(async () => {
      for (const channelId of moved) {
        const source = await masterOf(channelId);
        const target = (await cluster.masters()).find((server) => server !== source);
        await cluster.moveSlot(await cluster.slotOf(`{${channelId}}`), target);
        await sleep(500);
        assert.equal(await masterOf(channelId), target);
      }
    });
    undisturbed(outcomes, channelIds, began);
    await nobodyIsLost(members, marks);
    guestsCameAndWent(channelIds, marks);
  });

  test('has a failover forced', async () => {
    const { members, marks } = await start();
    const master = await masterOf(channelIds[0]);
    const { here, elsewhere } = await split(master);
    const { outcomes, began } = await underLoad(async () => {
      await cluster.failover(await cluster.replicaOf(master));
      await sleep(5_000);
    });
    undisturbed(outcomes, elsewhere, began);
    for (const channelId of here) {
      const last = outcomes.get(channelId).findLast(({ success }) => !success);
      assert.ok(!last || last.done - began < BACK, `${channelId} failed after ${last?.done - began} ms`);
    }
    await nobodyIsLost(members, marks);
    guestsCameAndWent(elsewhere, marks);
  });

  test('has a master killed', async () => {
    const { members, marks } = await start();
    const master = await masterOf(channelIds[1]);
    const { here, elsewhere } = await split(master);
    const { outcomes, began } = await underLoad(async () => {
      await master.kill();
      await sleep(BACK + 3_000);
    });
    undisturbed(outcomes, elsewhere, began);
    const codes = new Set(failures(outcomes, here).map(({ error }) => error.code));
    const internal = () => nodes.map((node) => node.log().match(/.* ERROR [^]{0,2000}/)?.[0] ?? '').join('\n');
    assert.deepEqual([...codes], ['unavailable'], `the death was noticed, and called by its name: ${internal()}`);
    for (const channelId of here) {
      const last = outcomes.get(channelId).findLast(({ success }) => !success);
      assert.ok(!last || last.done - began < BACK, `${channelId} failed after ${last?.done - began} ms`);
    }
    await nobodyIsLost(members, marks);
    guestsCameAndWent(elsewhere, marks);
    await master.restart();
    await cluster.healthy();
  });
});
