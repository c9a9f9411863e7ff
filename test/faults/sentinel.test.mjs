// What happens when the master that Sentinels watch dies: a replica takes over, and the nodes follow.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { awaitReadiness, gather, membersOf, newChannels, Recorder, startNodes } from '../support/fleet.mjs';
import { Api, ok } from '../support/http.mjs';
import { newChannel, newUserId, signIn } from '../support/people.mjs';
import { eventually, startSentinelTrio } from '../support/redis.mjs';
import { LEFT } from '../support/replay.mjs';
import { closeAll } from '../support/sockets.mjs';

/** Everything is as before within 10 s of the promotion. */
const CONVERGED = 10_000;

describe('Sentinels over a master, under three nodes', { timeout: 120_000 }, () => {
  let trio;
  let nodes;

  before(async () => {
    trio = await startSentinelTrio();
    nodes = await startNodes([trio.url, trio.url, trio.url]);
  });

  after(async () => {
    closeAll();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await trio?.stop();
  });

  test('promote another, and within 10 s nobody is missing and everything works', async () => {
    const channelIds = newChannels(20);
    const recorders = await Promise.all(nodes.map((node) => Recorder.start(node, channelIds)));
    const people = await gather(nodes, channelIds, 200);
    const before = await membersOf(nodes[0], channelIds);
    const marks = recorders.map((recorder) => recorder.mark());

    await trio.failover();
    const promoted = Date.now();
    for (const node of nodes) {
      await eventually(
        'all users as before',
        async () => {
          assert.deepEqual(await membersOf(node, channelIds), before);
          return true;
        },
        CONVERGED - (Date.now() - promoted),
      );
    }
    const sub = newUserId();
    const channelId = newChannel();
    await eventually(
      'a join',
      async () => (await new Api(nodes[0], signIn({ sub })).join(channelId)).status === 200,
      CONVERGED - (Date.now() - promoted),
    );
    assert.equal(ok(await new Api(nodes[1], signIn()).channel(channelId)).count, 1);
    await Promise.all(nodes.map((node) => awaitReadiness(node, 200, 10_000)));
    await Promise.all(recorders.map((recorder, i) => recorder.converges(nodes[(i + 1) % 3])));
    recorders.forEach((recorder, i) => recorder.heardNobodyMove(marks[i]));
    recorders.forEach((recorder) => recorder.wasNeverCut());

    // Departures are announced as ever: the subscriptions moved along.
    ok(await people[0].api(nodes[1]).leave(people[0].channelId));
    await Promise.all(
      recorders.map(({ client }) =>
        client.event(LEFT, people[0].channelId, ({ userId }) => userId === people[0].id),
      ),
    );
  });
});
