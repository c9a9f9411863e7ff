// Several nodes on one Redis, crowds of users on them, and subscribers that remember everything.
import assert from 'node:assert/strict';

import { Api, ok } from './http.mjs';
import { newChannel, newUserId, signIn } from './people.mjs';
import { eventually } from './redis.mjs';
import { JOINED, LEFT, Replay } from './replay.mjs';
import { startServer } from './server.mjs';
import { connect } from './sockets.mjs';

/** How many connections are opened at once. */
const WAVE = 50;

/** Starts nodes on one Redis (or each on its own address of it). */
export function startNodes(urls, env = {}) {
  return Promise.all(
    urls.map((url) =>
      startServer({
        env: {
          REDIS_URL: url,
          JAVA_OPTS: '-Xmx192m -XX:+UseSerialGC',
          COMMAND_RATE: '100000',
          COMMAND_BURST: '100000',
          LOG_LEVEL: 'info',
          ...env,
        },
      }),
    ),
  );
}

/** Channels of this test's own. */
export const newChannels = (count) => Array.from({ length: count }, () => newChannel());

/** Does something for each, a wave at a time. */
export async function inWaves(all, work) {
  const results = [];
  for (let i = 0; i < all.length; i += WAVE) {
    results.push(...(await Promise.all(all.slice(i, i + WAVE).map(work))));
  }
  return results;
}

/** Acks a command and insists that it succeeded. */
export async function succeed(client, event, payload) {
  const ack = await client.ask(event, payload);
  assert.equal(ack.success, true, `${event}: ${JSON.stringify(ack)}`);
  return ack;
}

/** A user with a socket, who can come back by a new one. */
export class Person {
  constructor(channelId, id = newUserId('p')) {
    this.id = id;
    this.channelId = channelId;
    this.token = signIn({ sub: id });
  }

  /** Connects to a node and joins. */
  async join(node) {
    this.client = await connect(node, this.token);
    // As a client does when the store is late, such as on a busy machine: a join may be repeated.
    this.ack = await eventually(`a join to ${this.channelId}`, () =>
      succeed(this.client, 'VOICE_CHANNEL_JOIN', { channelId: this.channelId }),
    );
    return this;
  }

  api(node) {
    return new Api(node, this.token);
  }
}

/** So many users, by turns in the channels, on these nodes by turns. */
export function gather(nodes, channelIds, count) {
  const people = Array.from({ length: count }, (_, i) => new Person(channelIds[i % channelIds.length]));
  return inWaves(people, (person) =>
    person.join(nodes[Math.floor(people.indexOf(person) / channelIds.length) % nodes.length]),
  );
}

/** A subscriber that keeps every event of its channels, and can prove that they add up. */
export class Recorder {
  /** Subscribes to all of the channels at a node. */
  static async start(node, channelIds) {
    const recorder = new Recorder();
    recorder.client = await connect(node, signIn());
    const { channels } = await succeed(recorder.client, 'VOICE_CHANNEL_SUBSCRIBE', { channelIds });
    recorder.snapshots = new Map(channels.map((snapshot) => [snapshot.channelId, snapshot]));
    assert.equal(recorder.snapshots.size, channelIds.length);
    return recorder;
  }

  /** All events of the channels, or only those since a mark of {@link mark}. */
  events(since = 0) {
    return this.client.heard.slice(since).filter(({ payload }) => this.snapshots.has(payload?.channelId));
  }

  /** The point up to which was heard. */
  mark() {
    return this.client.heard.length;
  }

  /** The names of a user's events, in order. */
  story(userId, since = 0) {
    return this.events(since)
      .filter(({ payload }) => payload.user.id === userId)
      .map(({ name }) => name);
  }

  /** Users and their events, for those who have any. */
  stories(since = 0) {
    const stories = new Map();
    for (const { name, payload } of this.events(since)) {
      stories.set(payload.user.id, [...(stories.get(payload.user.id) ?? []), name]);
    }
    return stories;
  }

  /** Nobody of those whose ids count came or went since the mark. */
  heardNobodyMove(since, counts = () => true) {
    const moves = this.events(since).filter(
      ({ name, payload }) => (name === JOINED || name === LEFT) && counts(payload.user.id),
    );
    assert.deepEqual(
      moves.map(({ name, payload }) => `${name} ${payload.user.id} ${payload.reason ?? ''}`).slice(0, 20),
      [],
      `${moves.length} events of people who never left`,
    );
  }

  /** The connection stood all the time. */
  wasNeverCut() {
    assert.ok(!this.client.heard.some(({ name }) => name === 'disconnect'), 'the subscriber was cut off');
  }

  /** What the snapshot and the events make of a channel; versions never fall and never repeat. */
  replay(channelId, options = { skips: true }) {
    const replay = new Replay(this.snapshots.get(channelId), options);
    for (const { name, payload } of this.events()) {
      if (payload.channelId === channelId) {
        replay.apply(name, payload);
      }
    }
    return replay.snapshot();
  }

  /**
   * Waits until what this subscriber made of its channels is what a GET shows. After a fault (`skips`) a version may have
   * been raised without any change to tell of; else it is the same, too.
   */
  async converges(node, limit = 20_000, options = { skips: true }) {
    await eventually(
      'snapshot and events add up to the state',
      async () => {
        const states = await statesOf(node, [...this.snapshots.keys()]);
        for (const [channelId, state] of states) {
          const replay = this.replay(channelId, options);
          if (options.skips) {
            assert.ok(replay.version <= state.version, `${channelId}: ${replay.version} after ${state.version}`);
            replay.version = state.version;
          }
          assert.deepEqual(replay, state);
        }
        return true;
      },
      limit,
      250,
    );
  }
}

/** What a node's GET shows of channels, by their ids. */
export async function statesOf(node, channelIds) {
  const { channels } = ok(await new Api(node, signIn()).channels(...channelIds));
  return new Map(channels.map((channel) => [channel.channelId, channel]));
}

/** The users of channels as a GET shows them: without versions, which may rise by a fault. */
export async function membersOf(node, channelIds) {
  const states = await statesOf(node, channelIds);
  return new Map([...states].map(([channelId, { users }]) => [channelId, users]));
}

/** Waits until readiness is what it shall be. */
export function awaitReadiness(node, status, limit) {
  return eventually(
    `readiness ${status}`,
    async () => (await fetch(`${node.url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).status === status,
    limit,
    100,
  );
}
