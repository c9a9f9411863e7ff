// The Socket.IO interface as the real client sees it, over each of its transports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Socket as Engine } from 'engine.io-client';

import { configFile, STATIC_CHANNELS } from '../support/config.mjs';
import { Api, joined, ok, wellFormed } from '../support/http.mjs';
import { forge, grants, newChannel, newUserId, seconds, signIn, tokens } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { Client, closeAll, connect } from '../support/sockets.mjs';

const TRANSPORTS = [['websocket'], ['polling'], ['polling', 'websocket']];
const ORIGIN = 'https://app.example.com';
const MAX_SUBSCRIPTIONS = 300;

const JOINED = 'VOICE_CHANNEL_USER_JOINED';
const LEFT = 'VOICE_CHANNEL_USER_LEFT';
const UPDATED = 'VOICE_CHANNEL_USER_UPDATED';

/** The ack is a refusal of the contract's form. */
function refusal(ack, ...codes) {
  assert.deepEqual(Object.keys(ack), ['success', 'error'], JSON.stringify(ack));
  assert.equal(ack.success, false);
  assert.deepEqual(Object.keys(ack.error), ['code', 'message']);
  assert.ok(codes.includes(ack.error.code), JSON.stringify(ack));
  assert.equal(typeof ack.error.message, 'string');
  assert.notEqual(ack.error.message, '');
}

describe('Socket.IO', { timeout: 180_000 }, () => {
  let server;
  /** Access by the file, names in the other style, a small allowance of commands. */
  let fixed;

  before(async () => {
    [server, fixed] = await Promise.all([
      startServer({
        env: { CORS_ORIGINS: ORIGIN, MAX_SUBSCRIPTIONS: String(MAX_SUBSCRIPTIONS), CONNECT_TIMEOUT: '2s', LOG_LEVEL: 'trace' },
      }),
      startServer({
        env: {
          CHANNEL_ACCESS: 'static',
          CONFIG_FILE: configFile(STATIC_CHANNELS),
          SOCKETIO_EVENT_NAMES: 'semaphore',
          COMMAND_RATE: '1',
          COMMAND_BURST: '20',
        },
      }),
    ]);
  });

  after(async () => {
    closeAll();
    await Promise.all([server, fixed].map((each) => each?.stop()));
  });

  for (const transports of TRANSPORTS) {
    describe(`over ${transports.join(', then ')}`, () => {
      const enter = async (claims, options, where = server) => {
        const client = await connect(where, signIn(claims), { transports, ...options });
        if (transports.length > 1 && options?.upgrade !== false) {
          // What a test sends goes over the transport that it is about.
          const { engine } = client.socket.io;
          if (engine.transport.name !== 'websocket') {
            await new Promise((resolve) => engine.once('upgrade', resolve));
          }
        }
        return client;
      };

      describe('commands', () => {
        test('JOIN answers with the snapshot, the joiner included, and subscribes', async () => {
          const channelId = newChannel();
          const sub = newUserId();
          const other = new Api(server, signIn());
          const { user: first } = ok(await other.join(channelId));
          const client = await enter({ sub, username: 'ada', displayName: 'Ada' });
          const ack = await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          assert.deepEqual(Object.keys(ack), ['success', 'channelId', 'version', 'count', 'users']);
          const me = joined({ id: sub, username: 'ada', displayName: 'Ada' }, ack.users[1].joinedAt);
          assert.deepEqual(ack, { success: true, channelId, version: ack.version, count: 2, users: [first, me] });
          ack.users.forEach(wellFormed);
          const update = ok(await other.update(channelId, { isMuted: true }));
          assert.equal(update.version, ack.version + 1);
          await client.event(UPDATED, channelId);
          client.close();
        });

        test('JOIN a second time is no second JOINED', async () => {
          const channelId = newChannel();
          const client = await enter();
          const witness = await enter();
          await witness.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          const first = await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          const { version } = await client.ask('VOICE_STATE_UPDATE', { channelId, isMuted: true });
          const second = await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          assert.deepEqual(second, { ...first, version, users: [{ ...first.users[0], isMuted: true }] });
          await client.ask('VOICE_CHANNEL_LEAVE', { channelId });
          await witness.event(LEFT, channelId);
          assert.deepEqual(
            witness.about(channelId).map(([name]) => name),
            [JOINED, UPDATED, LEFT],
          );
          client.close();
          witness.close();
        });

        test('SUBSCRIBE answers with snapshots in order and refusals', async () => {
          const [a, b] = [newChannel(), newChannel()];
          const { user, version } = ok(await new Api(server, signIn()).join(b));
          const client = await enter();
          const ack = await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [b, 'd-secret', a] });
          assert.equal(
            JSON.stringify(ack),
            JSON.stringify({
              success: true,
              channels: [
                { channelId: b, version, count: 1, users: [user] },
                { channelId: a, version: 0, count: 0, users: [] },
              ],
              denied: [{ channelId: 'd-secret', code: 'channel_access_denied' }],
            }),
          );
          client.close();
        });

        test('SUBSCRIBE twice brings each event once', async () => {
          const channelId = newChannel();
          const client = await enter();
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId, channelId] });
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          const api = new Api(server, signIn());
          await api.join(channelId);
          await api.leave(channelId);
          await client.event(LEFT, channelId);
          assert.deepEqual(
            client.about(channelId).map(([name]) => name),
            [JOINED, LEFT],
          );
          client.close();
        });

        test('UNSUBSCRIBE ends the events, also after two subscriptions', async () => {
          const [quiet, marker] = [newChannel(), newChannel()];
          const client = await enter();
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [quiet, marker] });
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [quiet] });
          assert.deepEqual(await client.ask('VOICE_CHANNEL_UNSUBSCRIBE', { channelIds: [quiet, newChannel()] }), {
            success: true,
          });
          const api = new Api(server, signIn());
          ok(await api.join(quiet));
          ok(await api.join(marker));
          await client.event(JOINED, marker);
          // A second round, for events of two channels may come by different ways.
          ok(await api.leave(quiet));
          ok(await api.leave(marker));
          await client.event(LEFT, marker);
          assert.deepEqual(client.about(quiet), []);
          client.close();
        });

        test('LEAVE stays subscribed, and succeeds for one who is not there', async () => {
          const channelId = newChannel();
          const client = await enter();
          await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          assert.deepEqual(await client.ask('VOICE_CHANNEL_LEAVE', { channelId }), { success: true, channelId });
          assert.deepEqual(await client.ask('VOICE_CHANNEL_LEAVE', { channelId }), { success: true, channelId });
          const { user: watched } = ok(await new Api(server, signIn()).join(channelId));
          await client.event(JOINED, channelId, ({ user }) => user.id === watched.id);
          client.close();
        });

        test('UPDATE answers with the state and what was sent; absent, with not_in_channel', async () => {
          const channelId = newChannel();
          const client = await enter();
          const { users, version } = await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          const ack = await client.ask('VOICE_STATE_UPDATE', { channelId, isVideoEnabled: true, isMuted: false });
          assert.deepEqual(Object.keys(ack), ['success', 'channelId', 'version', 'user', 'updates']);
          assert.deepEqual(ack, {
            success: true,
            channelId,
            version: version + 1,
            user: { ...users[0], isVideoEnabled: true },
            updates: { isVideoEnabled: true, isMuted: false },
          });
          const absent = await client.ask('VOICE_STATE_UPDATE', { channelId: newChannel(), isMuted: true });
          assert.equal(absent.success, false);
          assert.equal(absent.error.code, 'not_in_channel');
          client.close();
        });

        test('REFRESH tells whether one is present, and creates nothing', async () => {
          const channelId = newChannel();
          const client = await enter();
          assert.deepEqual(await client.ask('VOICE_PRESENCE_REFRESH', { channelId }), {
            success: true,
            channelId,
            present: false,
            expiresIn: 0,
          });
          assert.equal(ok(await new Api(server, signIn()).channel(channelId)).count, 0);
          await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          const ack = await client.ask('VOICE_PRESENCE_REFRESH', { channelId });
          assert.deepEqual(ack, { success: true, channelId, present: true, expiresIn: ack.expiresIn });
          assert.ok(Number.isInteger(ack.expiresIn) && ack.expiresIn > 0 && ack.expiresIn <= 300);
          client.close();
        });

        test('work without an ack', async () => {
          const channelId = newChannel();
          const client = await enter();
          client.socket.emit('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          client.socket.emit('VOICE_CHANNEL_JOIN', { channelId });
          client.socket.emit('VOICE_STATE_UPDATE', { channelId, isMuted: true });
          client.socket.emit('VOICE_CHANNEL_LEAVE', { channelId });
          await client.event(LEFT, channelId);
          assert.deepEqual(
            client.about(channelId).map(([name]) => name),
            [JOINED, UPDATED, LEFT],
          );
          client.close();
        });

        test('of one socket keep their order', async () => {
          const channelId = newChannel();
          const client = await enter();
          const acks = await Promise.all([
            client.ask('VOICE_CHANNEL_JOIN', { channelId }),
            ...Array.from({ length: 20 }, (_, i) => client.ask('VOICE_STATE_UPDATE', { channelId, isMuted: i % 2 === 0 })),
            client.ask('VOICE_CHANNEL_LEAVE', { channelId }),
            client.ask('VOICE_STATE_UPDATE', { channelId, isMuted: true }),
          ]);
          assert.deepEqual(
            acks.slice(1, 21).map(({ version }) => version - acks[0].version),
            Array.from({ length: 20 }, (_, i) => i + 1),
          );
          assert.equal(acks.at(-1).error.code, 'not_in_channel');
          client.close();
        });
      });

      describe('aliases', () => {
        test('joinRoom and leaveRoom take a bare id or an object', async () => {
          const client = await enter();
          for (const payload of [(id) => id, (channelId) => ({ channelId })]) {
            const [channelId, marker] = [newChannel(), newChannel()];
            const snapshot = { channelId, version: 0, count: 0, users: [] };
            assert.deepEqual(await client.ask('joinRoom', payload(channelId)), {
              success: true,
              channels: [snapshot],
              denied: [],
            });
            const api = new Api(server, signIn());
            ok(await api.join(channelId));
            await client.event(JOINED, channelId);
            assert.equal(ok(await api.channel(channelId)).count, 1, 'to watch is not to join');
            assert.deepEqual(await client.ask('leaveRoom', payload(channelId)), { success: true });
            await client.ask('joinRoom', marker);
            ok(await api.leave(channelId));
            ok(await api.join(marker));
            await client.event(JOINED, marker);
            assert.equal(client.about(channelId).length, 1);
          }
          const denied = await client.ask('joinRoom', 'd-secret');
          assert.deepEqual(denied, {
            success: true,
            channels: [],
            denied: [{ channelId: 'd-secret', code: 'channel_access_denied' }],
          });
          client.close();
        });

        test('in lower case do the same as the events', async () => {
          const channelId = newChannel();
          const client = await enter();
          const { success, count } = await client.ask('voice_channel_join', { channelId });
          assert.deepEqual({ success, count }, { success: true, count: 1 });
          const update = await client.ask('voice_state_update', { channelId, isDeafened: true });
          assert.equal(update.user.isDeafened, true);
          assert.equal((await client.ask('voice_presence_refresh', { channelId })).present, true);
          assert.deepEqual(await client.ask('voice_channel_leave', { channelId }), { success: true, channelId });
          await client.event(LEFT, channelId);
          for (const name of ['voice_channel_join', 'VOICE_CHANNEL_JOIN', 'voice_channel_leave', 'voice_presence_refresh']) {
            refusal(await client.ask(name, channelId), 'invalid_request');
          }
          client.close();
        });
      });

      describe('events', () => {
        test('have exactly the contract’s payload, and reach author and audience alike', async () => {
          const channelId = newChannel();
          const sub = newUserId();
          const audience = await enter();
          await audience.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          const author = await enter({ sub, username: 'ada' });
          await author.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          const { users, version } = await author.ask('VOICE_CHANNEL_JOIN', { channelId });
          await author.ask('VOICE_STATE_UPDATE', { channelId, isMuted: false, isVideoEnabled: true });
          await author.ask('VOICE_STATE_UPDATE', { channelId, isVideoEnabled: true });
          await author.ask('VOICE_CHANNEL_LEAVE', { channelId });
          const [user] = users;
          const filmed = { ...user, isVideoEnabled: true };
          const expected = [
            [JOINED, { channelId, user, version }],
            [
              UPDATED,
              { channelId, userId: sub, user: filmed, updates: { isMuted: false, isVideoEnabled: true }, version: version + 1 },
            ],
            [UPDATED, { channelId, userId: sub, user: filmed, updates: { isVideoEnabled: true }, version: version + 2 }],
            [LEFT, { channelId, userId: sub, user: filmed, version: version + 3, reason: 'left' }],
          ];
          for (const client of [audience, author]) {
            await client.event(LEFT, channelId);
            const heard = client.about(channelId);
            assert.deepEqual(heard, expected);
            heard.forEach(([, payload], i) => assert.deepEqual(Object.keys(payload), Object.keys(expected[i][1])));
            heard.forEach(([, payload]) => wellFormed(payload.user));
            client.close();
          }
        });

        test('tell of what was done over HTTP', async () => {
          const channelId = newChannel();
          const client = await enter();
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          const api = new Api(server, signIn());
          const { user, version } = ok(await api.join(channelId));
          ok(await api.update(channelId, { isScreenSharing: true }));
          ok(await api.refresh(channelId));
          ok(await api.leaveAll());
          await client.event(LEFT, channelId);
          const shared = { ...user, isScreenSharing: true };
          assert.deepEqual(client.about(channelId), [
            [JOINED, { channelId, user, version }],
            [UPDATED, { channelId, userId: user.id, user: shared, updates: { isScreenSharing: true }, version: version + 1 }],
            [LEFT, { channelId, userId: user.id, user: shared, version: version + 2, reason: 'left' }],
          ]);
          client.close();
        });

        test('go only to those who watch the channel', async () => {
          const [mine, others] = [newChannel(), newChannel()];
          const client = await enter();
          await client.ask('VOICE_CHANNEL_JOIN', { channelId: mine });
          const api = new Api(server, signIn());
          ok(await api.join(others));
          const { version } = ok(await api.join(mine));
          await client.event(JOINED, mine, (payload) => payload.version === version);
          ok(await api.leave(others));
          ok(await api.leave(mine));
          await client.event(LEFT, mine);
          assert.deepEqual(client.about(others), []);
          client.close();
        });

        test('are named in the other style when the server is told so', async () => {
          const client = await enter({}, {}, fixed);
          await client.ask('VOICE_CHANNEL_JOIN', { channelId: 'lounge' });
          const { version } = await client.ask('VOICE_STATE_UPDATE', { channelId: 'lounge', isMuted: true });
          await client.ask('VOICE_CHANNEL_LEAVE', { channelId: 'lounge' });
          const left = await client.event('voiceChannelUserLeft', 'lounge');
          assert.equal(left.version, version + 1);
          await client.event('voiceChannelUserUpdated', 'lounge');
          const names = new Set(client.about('lounge').map(([name]) => name));
          names.delete('voiceChannelUserJoined');
          assert.deepEqual([...names], ['voiceChannelUserUpdated', 'voiceChannelUserLeft']);
          client.close();
        });
      });

      describe('who is let in', () => {
        const without = async (token, options) => {
          const client = new Client(server, token, { transports, ...options });
          const error = await client.refused();
          assert.equal(error.message, 'unauthenticated');
          assert.equal(error.data.code, 'unauthenticated');
          client.close();
          return error;
        };

        test('nobody without a token', () => without(undefined));

        const bad = {
          'an expired token': () => signIn({ exp: seconds() - 15 }),
          'a forged token': () => signIn({}, { secret: 'another-secret-of-the-tests-with-32-bytes' }),
          'a token of alg none': () => forge({ alg: 'none' }, { sub: 'x', exp: seconds() + 60 }, () => ''),
          'a token without exp': () => signIn({ exp: undefined }),
          'nonsense': () => 'nonsense',
          'an empty token': () => '',
          'a number': () => 7,
          'null': () => null,
          'an object': () => ({ token: signIn() }),
          'an array': () => [signIn()],
        };
        for (const [what, make] of Object.entries(bad)) {
          test(`nobody with ${what}`, () => without(make()));
        }

        test('nobody with a token in the query', async () => {
          const token = signIn();
          await without(undefined, { query: { token, access_token: token, auth: JSON.stringify({ token }) } });
        });

        test('who has the token in the header', async () => {
          const sub = newUserId();
          const channelId = newChannel();
          const client = await connect(server, undefined, {
            transports,
            extraHeaders: { Authorization: `Bearer ${signIn({ sub })}` },
          });
          assert.equal((await client.ask('VOICE_CHANNEL_JOIN', { channelId })).users[0].id, sub);
          client.close();
        });

        test('nobody into a namespace that is not there', async () => {
          const client = new Client({ url: `${server.url}/admin` }, signIn(), { transports });
          await client.refused();
          client.close();
        });

        test('nobody from a page of another origin than those listed', async () => {
          const welcome = await connect(server, signIn(), { transports, extraHeaders: { Origin: ORIGIN } });
          welcome.close();
          for (const Origin of ['https://evil.example.com', `${ORIGIN}.evil.example`, 'null']) {
            const client = new Client(server, signIn(), { transports, extraHeaders: { Origin } });
            await client.refused();
            client.close();
          }
        });
      });

      describe('a token that runs out', () => {
        // The leeway is 10 s: this one has two to three seconds to live.
        const short = (claims) => ({ exp: seconds() - 7, ...claims });

        test('ends the connection, and does not once it was replaced', async () => {
          const sub = newUserId();
          const channelId = newChannel();
          const [plain, renewed, badly] = await Promise.all([
            enter(short()),
            enter(short({ sub })),
            enter(short()),
          ]);
          assert.deepEqual(await renewed.ask('AUTH_REFRESH', { token: signIn({ sub }) }), { success: true });
          refusal(await badly.ask('AUTH_REFRESH', { token: signIn() }), 'unauthenticated');
          refusal(await badly.ask('AUTH_REFRESH', { token: 'nonsense' }), 'unauthenticated');
          refusal(await badly.ask('AUTH_REFRESH', { token: signIn({ exp: seconds() - 15 }) }), 'unauthenticated');
          refusal(await badly.ask('AUTH_REFRESH', { token: 7 }), 'invalid_request', 'unauthenticated');
          refusal(await badly.ask('AUTH_REFRESH', {}), 'invalid_request', 'unauthenticated');
          assert.equal((await badly.ask('VOICE_CHANNEL_JOIN', { channelId })).success, true, 'the old token holds on');
          assert.equal(await plain.disconnected(), 'io server disconnect');
          assert.equal(await badly.disconnected(), 'io server disconnect');
          assert.equal((await renewed.ask('VOICE_CHANNEL_JOIN', { channelId })).success, true);
          renewed.close();
        });

        test('may be replaced by one with other rights, which hold from then on', async () => {
          const sub = newUserId();
          const [kept, lost] = [newChannel(), newChannel()];
          const client = await enter({ sub });
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [kept, lost] });
          const token = signIn({ sub, ...grants({ [kept]: ['view'] }) });
          assert.deepEqual(await client.ask('AUTH_REFRESH', { token }), { success: true });
          refusal(await client.ask('VOICE_CHANNEL_JOIN', { channelId: kept }), 'channel_access_denied');
          const api = new Api(server, signIn());
          ok(await api.join(lost));
          ok(await api.join(kept));
          await client.event(JOINED, kept);
          ok(await api.leave(lost));
          ok(await api.leave(kept));
          await client.event(LEFT, kept);
          assert.deepEqual(client.about(lost), []);
          client.close();
        });
      });

      describe('rights', () => {
        test('are asked for by each command', async () => {
          const channelId = newChannel();
          const viewer = await enter(grants({ [channelId]: ['view'] }));
          assert.equal((await viewer.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] })).channels.length, 1);
          refusal(await viewer.ask('VOICE_CHANNEL_JOIN', { channelId }), 'channel_access_denied');
          refusal(await viewer.ask('VOICE_STATE_UPDATE', { channelId, isMuted: true }), 'channel_access_denied');
          refusal(await viewer.ask('VOICE_PRESENCE_REFRESH', { channelId }), 'channel_access_denied');
          assert.deepEqual(await viewer.ask('VOICE_CHANNEL_LEAVE', { channelId }), { success: true, channelId });
          viewer.close();
          const stranger = await enter(grants({}));
          const { channels, denied } = await stranger.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          assert.deepEqual(channels, []);
          assert.deepEqual(denied, [{ channelId, code: 'channel_access_denied' }]);
          const api = new Api(server, signIn());
          ok(await api.join(channelId));
          const marker = await enter();
          await marker.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          ok(await api.leave(channelId));
          await marker.event(LEFT, channelId);
          await stranger.ask('VOICE_CHANNEL_LEAVE', { channelId });
          assert.deepEqual(stranger.about(channelId), []);
          stranger.close();
          marker.close();
        });

        test('refuse a full channel and one that does not exist', async () => {
          const [a, b, c] = await Promise.all([enter({}, {}, fixed), enter({}, {}, fixed), enter({}, {}, fixed)]);
          await a.ask('VOICE_CHANNEL_JOIN', { channelId: 'lounge' });
          await b.ask('VOICE_CHANNEL_JOIN', { channelId: 'lounge' });
          refusal(await c.ask('VOICE_CHANNEL_JOIN', { channelId: 'lounge' }), 'channel_full');
          assert.equal((await a.ask('VOICE_CHANNEL_JOIN', { channelId: 'lounge' })).count, 2, 'one who is in stays in');
          refusal(await c.ask('VOICE_CHANNEL_JOIN', { channelId: 'attic' }), 'channel_not_found');
          const { denied } = await c.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ['attic', 'office'] });
          assert.deepEqual(denied, [
            { channelId: 'attic', code: 'channel_not_found' },
            { channelId: 'office', code: 'channel_access_denied' },
          ]);
          await Promise.all([a, b].map((client) => client.ask('VOICE_CHANNEL_LEAVE', { channelId: 'lounge' })));
          [a, b, c].forEach((client) => client.close());
        });
      });

      describe('limits', () => {
        test('of 200 ids a call', async () => {
          const client = await enter();
          const ids = Array.from({ length: 201 }, () => newChannel().padEnd(128, '-'));
          refusal(await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ids }), 'invalid_request');
          const { channels } = await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ids.slice(1) });
          assert.deepEqual(channels.map(({ channelId }) => channelId), ids.slice(1));
          client.close();
        });

        test('of channels for one socket', async () => {
          const client = await enter();
          const ids = Array.from({ length: MAX_SUBSCRIPTIONS }, () => newChannel());
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ids.slice(0, 200) });
          await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ids.slice(200) });
          refusal(await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [newChannel()] }), 'invalid_request');
          const full = newChannel();
          refusal(await client.ask('VOICE_CHANNEL_JOIN', { channelId: full }), 'invalid_request');
          assert.equal(ok(await new Api(server, signIn()).channel(full)).count, 0, 'a refused join is none');
          assert.equal((await client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [ids[0]] })).channels.length, 1);
          await client.ask('VOICE_CHANNEL_UNSUBSCRIBE', { channelIds: [ids[0]] });
          assert.equal((await client.ask('VOICE_CHANNEL_JOIN', { channelId: full })).success, true);
          client.close();
        });

        test('of commands for one user, on all its sockets', async () => {
          const sub = newUserId();
          const [one, two, other] = await Promise.all([
            enter({ sub }, {}, fixed),
            enter({ sub }, {}, fixed),
            enter({}, {}, fixed),
          ]);
          const acks = await Promise.all(
            Array.from({ length: 60 }, (_, i) => (i % 2 ? one : two).ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ['hall'] })),
          );
          const refused = acks.filter(({ success }) => !success);
          assert.ok(refused.length >= 20 && refused.length <= 40, `${refused.length} of 60 refused`);
          refused.forEach((ack) => refusal(ack, 'rate_limited'));
          assert.equal((await other.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: ['hall'] })).success, true);
          assert.ok(one.socket.connected && two.socket.connected);
          [one, two, other].forEach((client) => client.close());
        });

        test('of the payload end that one client’s connection', async () => {
          const channelId = newChannel();
          const [big, bystander] = await Promise.all([enter(), enter()]);
          await bystander.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] });
          await big.ask('VOICE_CHANNEL_JOIN', { channelId });
          refusal(await big.ask('VOICE_CHANNEL_JOIN', { channelId: 'x'.repeat(60 * 1024) }), 'invalid_request');
          big.socket.emit('VOICE_CHANNEL_JOIN', { channelId: 'x'.repeat(70 * 1024) });
          const reason = await big.disconnected();
          assert.ok(['transport close', 'transport error'].includes(reason), reason);
          assert.equal((await bystander.ask('VOICE_CHANNEL_JOIN', { channelId })).count, 2);
          bystander.close();
        });
      });

      describe('nonsense', () => {
        const join = 'VOICE_CHANNEL_JOIN';
        const subscribe = 'VOICE_CHANNEL_SUBSCRIBE';
        const update = 'VOICE_STATE_UPDATE';
        const events = [
          ['an unknown event', 'NOTHING', {}],
          ['names of JavaScript', '__proto__', {}],
          ['constructor', 'constructor', {}],
          ['toString', 'toString', {}],
          ['an empty name', '', {}],
          ['a server’s event', JOINED, { channelId: 'c-x' }],
          ['no payload', join],
          ['null', join, null],
          ['a number', join, 7],
          ['a string', join, 'c-x'],
          ['an array', join, ['c-x']],
          ['true', join, true],
          ['an empty object', join, {}],
          ['an id that is null', join, { channelId: null }],
          ['an id that is a number', join, { channelId: 7 }],
          ['an id that is an object', join, { channelId: { a: 1 } }],
          ['an empty id', join, { channelId: '' }],
          ['a bad id', join, { channelId: 'a b' }],
          ['the id me', join, { channelId: 'me' }],
          ['an id with a line feed', join, { channelId: 'c-\r\nx' }],
          ['an id with a NUL', join, { channelId: 'c-\0' }],
          ['an id with a lone surrogate', join, { channelId: 'c-\ud800' }],
          ['a long id', join, { channelId: 'x'.repeat(129) }],
          ['an unknown field', join, { channelId: 'c-x', userId: 'eve' }],
          ['two payloads', join, { channelId: 'c-x' }, { channelId: 'c-y' }],
          ['bytes', join, Buffer.from('c-x')],
          ['bytes inside', join, { channelId: Buffer.from('c-x') }],
          ['ids that are no array', subscribe, { channelIds: 'c-x' }],
          ['ids that are missing', subscribe, {}],
          ['ids of numbers', subscribe, { channelIds: [1] }],
          ['ids with null', subscribe, { channelIds: ['c-x', null] }],
          ['one bad id', subscribe, { channelIds: ['c-x', 'a b'] }],
          ['one id for many', subscribe, { channelId: 'c-x' }],
          ['a bare id for many', subscribe, 'c-x'],
          ['unsubscribe without ids', 'VOICE_CHANNEL_UNSUBSCRIBE', {}],
          ['leave without an id', 'VOICE_CHANNEL_LEAVE', {}],
          ['refresh without an id', 'VOICE_PRESENCE_REFRESH', {}],
          ['an update of nothing', update, { channelId: 'c-x' }],
          ['an update without a channel', update, { isMuted: true }],
          ['a flag that is a string', update, { channelId: 'c-x', isMuted: 'true' }],
          ['a flag that is null', update, { channelId: 'c-x', isMuted: null }],
          ['an unknown flag', update, { channelId: 'c-x', isMuted: true, isLoud: true }],
          ['a moderator’s flag', update, { channelId: 'c-x', isServerMuted: false }],
          ['updates in an object', update, { channelId: 'c-x', updates: { isMuted: true } }],
          ['joinRoom with a number', 'joinRoom', 7],
          ['joinRoom with an array', 'joinRoom', ['c-x']],
          ['joinRoom with a bad id', 'joinRoom', 'a b'],
          ['leaveRoom with nothing', 'leaveRoom'],
          ['a token that is no string', 'AUTH_REFRESH', { token: { a: 1 } }],
          ['a bare token', 'AUTH_REFRESH', 'nonsense'],
        ];

        test('of all kinds gets an ack with a code, harms nobody and ends nothing', async () => {
          const channelId = newChannel();
          const [client, bystander] = await Promise.all([enter(), enter()]);
          await bystander.ask('VOICE_CHANNEL_JOIN', { channelId });
          const failures = [];
          for (const [what, event, ...args] of events) {
            try {
              refusal(await client.ask(event, ...args), 'invalid_request');
              client.socket.emit(event, ...args);
            } catch (failure) {
              failures.push(`${what}: ${failure.message}`);
              if (!client.socket.connected) {
                break;
              }
            }
          }
          assert.deepEqual(failures, []);
          const { count, version } = await client.ask('VOICE_CHANNEL_JOIN', { channelId });
          assert.equal(count, 2);
          await bystander.event(JOINED, channelId, (payload) => payload.version === version);
          assert.equal(bystander.heard.some(({ name }) => name === 'disconnect'), false);
          client.close();
          bystander.close();
        });

        test('of great depth is refused at once, and ends no more than its sender', async () => {
          const channelId = newChannel();
          const [client, bystander] = await Promise.all([enter(), enter()]);
          const nested = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`);
          const answered = new Promise((resolve) => {
            client.socket.emit(join, { channelId: nested }, resolve);
          });
          const outcome = await Promise.race([answered, client.disconnected()]);
          if (typeof outcome === 'object') {
            refusal(outcome, 'invalid_request');
          }
          client.close();
          assert.equal((await bystander.ask(join, { channelId })).count, 1);
          bystander.close();
        });
      });
    });
  }

  test('The client that asks for it does go on by WebSocket after it polled', async () => {
    const client = await connect(server, signIn(), { transports: ['polling', 'websocket'] });
    const { engine } = client.socket.io;
    if (engine.transport.name !== 'websocket') {
      await new Promise((resolve) => engine.once('upgrade', resolve));
    }
    assert.equal(engine.transport.name, 'websocket');
    client.close();
  });

  test('Nothing is lost, doubled or out of order while a client changes its transport', async () => {
    const channelId = newChannel();
    const api = new Api(server, signIn());
    const { version } = ok(await api.join(channelId));
    let over = false;
    const stream = (async () => {
      for (let i = 0; !over; i++) {
        ok(await api.update(channelId, { isMuted: i % 2 === 0 }));
      }
    })();
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => connect(server, signIn(), { transports: ['polling', 'websocket'] })),
    );
    const acks = await Promise.all(clients.map((client) => client.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] })));
    const upgraded = clients.map(({ socket }) =>
      socket.io.engine.transport.name === 'websocket'
        ? undefined
        : new Promise((resolve) => socket.io.engine.once('upgrade', resolve)),
    );
    await Promise.all(upgraded);
    over = true;
    await stream;
    const last = ok(await api.update(channelId, { isDeafened: true })).version;
    assert.ok(last > version);
    for (const [i, client] of clients.entries()) {
      await client.event(UPDATED, channelId, (payload) => payload.version === last);
      const seen = client.about(channelId).map(([, payload]) => payload.version).filter((one) => one > acks[i].channels[0].version);
      assert.deepEqual(seen, seen.map((_, k) => acks[i].channels[0].version + 1 + k));
      client.close();
    }
  });

  test('A polling client gets in every time', async () => {
    const failures = [];
    for (let i = 0; i < 200; i++) {
      const client = new Client(server, signIn(), { transports: ['polling'] });
      await client.connected().catch(({ message }) => failures.push(message));
      client.close();
    }
    assert.deepEqual(failures, []);
  });

  test('A silent client that is never let in is sent away', async () => {
    // Engine.IO opens, and nothing of Socket.IO follows.
    const engine = new Engine(server.url, { path: '/socket.io', transports: ['websocket'] });
    await new Promise((resolve, reject) => engine.once('open', resolve).once('error', reject));
    await new Promise((resolve) => engine.once('close', resolve));
  });

  test('The log has nothing of a token', () => {
    const log = server.log() + fixed.log();
    for (const token of tokens) {
      const [, claims, signature] = String(token).split('.');
      assert.ok(!claims || !log.includes(claims), 'the claims of a token are in the log');
      assert.ok(!signature || !log.includes(signature), 'the signature of a token is in the log');
    }
  });
});
