// The HTTP interface as a client sees it: every route, every refusal, byte for byte.
//   node --test test/contract/
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { configFile, STATIC_CHANNELS } from '../support/config.mjs';
import { Api, joined, ok, problem, raw, wellFormed } from '../support/http.mjs';
import { forge, grants, hmac, newChannel, newUserId, seconds, signIn, tokens } from '../support/people.mjs';
import { SECRET, startServer } from '../support/server.mjs';

const ORIGIN = 'https://app.example.com';
const KIB_64 = 64 * 1024;

describe('HTTP', { timeout: 120_000 }, () => {
  /** Access by token; logs all that it can. */
  let server;
  /** Access by the file; a small allowance of commands. */
  let fixed;
  let open;

  const someone = (claims, options) => new Api(server, signIn(claims, options));

  before(async () => {
    [server, fixed, open] = await Promise.all([
      startServer({ env: { CORS_ORIGINS: ORIGIN, LOG_LEVEL: 'trace' } }),
      startServer({
        env: {
          CHANNEL_ACCESS: 'static',
          CONFIG_FILE: configFile(STATIC_CHANNELS),
          COMMAND_RATE: '1',
          COMMAND_BURST: '10',
        },
      }),
      startServer({ env: { CHANNEL_ACCESS: 'open' } }),
    ]);
  });

  after(() => Promise.all([server, fixed, open].map((each) => each?.stop())));

  describe('joining', () => {
    test('answers with the user in the order of the contract', async () => {
      const id = newUserId('ada');
      const profile = {
        id,
        username: 'ada',
        displayName: 'Ada Lovelace',
        avatarUrl: 'https://cdn.example.com/a.png?s=1&t="2"',
      };
      const { id: sub, ...claims } = profile;
      const channelId = newChannel();
      const answer = await someone({ sub, ...claims }).join(channelId);
      const { version, user } = ok(answer);
      assert.equal(
        answer.text,
        JSON.stringify({ success: true, channelId, version, user: joined(profile, user.joinedAt) }),
      );
      wellFormed(user);
      assert.ok(Math.abs(Date.parse(user.joinedAt) - Date.now()) < 10_000);
    });

    test('leaves out what the token does not say, and takes the id for a name', async () => {
      const sub = newUserId();
      const { user } = ok(await someone({ sub }).join(newChannel()));
      assert.deepEqual(user, joined({ id: sub, username: sub }, user.joinedAt));
      wellFormed(user);
    });

    test('understands the names of OpenID Connect', async () => {
      const sub = newUserId();
      const claims = { sub, preferred_username: 'ada', name: 'Ada L.', picture: 'https://x.example.com/p.png' };
      const { user } = ok(await someone(claims).join(newChannel()));
      assert.deepEqual(
        user,
        joined(
          { id: sub, username: 'ada', displayName: 'Ada L.', avatarUrl: 'https://x.example.com/p.png' },
          user.joinedAt,
        ),
      );
    });

    test('prefers username, displayName and avatarUrl', async () => {
      const own = { username: 'a', displayName: 'b', avatarUrl: 'https://c.example.com/' };
      const others = { preferred_username: 'x', name: 'y', picture: 'https://z.example.com/' };
      const { user } = ok(await someone({ ...others, ...own }).join(newChannel()));
      assert.deepEqual(user, joined({ id: user.id, ...own }, user.joinedAt));
    });

    test('carries names of every script unharmed', async () => {
      const username = 'Ž “née” \\ \u2028 \u{1F399}\u0007 日本';
      const channelId = newChannel();
      const api = someone({ username });
      assert.equal(ok(await api.join(channelId)).user.username, username);
      assert.equal(ok(await api.channel(channelId)).users[0].username, username);
    });

    test('a second time keeps joinedAt, flags and version', async () => {
      const channelId = newChannel();
      const api = someone();
      const first = ok(await api.join(channelId));
      const updated = ok(await api.update(channelId, { isMuted: true }));
      const second = ok(await api.join(channelId));
      assert.deepEqual(second.user, { ...first.user, isMuted: true });
      assert.equal(second.version, updated.version);
      assert.equal(ok(await api.channel(channelId)).count, 1);
    });

    test('starts anew after leaving', async () => {
      const channelId = newChannel();
      const api = someone();
      const first = ok(await api.join(channelId));
      ok(await api.update(channelId, { isMuted: true, isVideoEnabled: true }));
      ok(await api.leave(channelId));
      const again = ok(await api.join(channelId));
      assert.equal(again.user.isMuted, false);
      assert.equal(again.user.isVideoEnabled, false);
      assert.ok(again.user.joinedAt >= first.user.joinedAt);
      assert.equal(again.version, first.version + 3);
    });

    test('takes an empty object for no body, and no other body', async () => {
      const path = `/voice-presence/${newChannel()}/join`;
      problem(await someone().send('POST', path, { json: { isMuted: true } }), 'invalid_request');
      ok(await someone().send('POST', path));
    });
  });

  describe('versions', () => {
    test('are 0 for an unknown channel, then the clock, then one more for each change', async () => {
      const channelId = newChannel();
      const api = someone();
      const empty = await api.channel(channelId);
      assert.equal(empty.text, JSON.stringify({ channelId, version: 0, count: 0, users: [] }));
      const { version } = ok(await api.join(channelId));
      assert.ok(Math.abs(version - Date.now()) < 10_000, `${version} is the clock in milliseconds`);
      assert.equal(ok(await api.update(channelId, { isMuted: true })).version, version + 1);
      assert.equal(ok(await api.update(channelId, { isMuted: true })).version, version + 2, 'repeats count');
      ok(await api.leave(channelId));
      assert.deepEqual(ok(await api.channel(channelId)), { channelId, version: version + 3, count: 0, users: [] });
      ok(await api.leave(channelId));
      assert.equal(ok(await api.channel(channelId)).version, version + 3, 'no change, no version');
      assert.equal(ok(await api.join(channelId)).version, version + 4);
    });

    test('stay as they are when somebody reads or refreshes', async () => {
      const channelId = newChannel();
      const api = someone();
      const { version } = ok(await api.join(channelId));
      ok(await api.refresh(channelId));
      ok(await api.channel(channelId));
      ok(await api.me());
      assert.equal(ok(await api.channel(channelId)).version, version);
    });
  });

  describe('leaving', () => {
    test('succeeds for one who is there and for one who is not, who gets a warning', async () => {
      const channelId = newChannel();
      const sub = newUserId();
      const api = someone({ sub });
      ok(await api.join(channelId));
      const expected = JSON.stringify({ success: true, channelId });
      for (let time = 0; time < 2; time++) {
        const answer = await api.leave(channelId);
        ok(answer);
        assert.equal(answer.text, expected);
      }
      assert.match(server.log(), new RegExp(`WARN.*User ${sub} not found in voice channel ${channelId}`));
    });
  });

  describe('reading a channel', () => {
    test('gives the oldest joinedAt first, ties by id', async () => {
      const channelId = newChannel();
      const ids = Array.from({ length: 12 }, (_, i) => `order-${process.pid}-${String((i * 7) % 12).padStart(2, '0')}`);
      await Promise.all(ids.map((sub) => someone({ sub }).join(channelId)));
      const { users, count } = ok(await someone().channel(channelId));
      assert.equal(count, 12);
      const sorted = [...users].sort((a, b) =>
        a.joinedAt === b.joinedAt ? (a.id < b.id ? -1 : 1) : a.joinedAt < b.joinedAt ? -1 : 1,
      );
      assert.deepEqual(users, sorted);
      users.forEach(wellFormed);
    });

    test('is not sent again to one who has it, until something changes', async () => {
      const channelId = newChannel();
      const ada = someone();
      const look = (known) =>
        ada.send('GET', `/voice-presence/${channelId}`, { headers: known ? { 'if-none-match': known } : {} });
      const seen = new Set();
      for (const act of [
        () => {},
        () => ada.join(channelId),
        () => ada.update(channelId, { isMuted: true }),
        () => someone().join(channelId),
        () => ada.leave(channelId),
      ]) {
        await act();
        const whole = await look([...seen].at(-1));
        ok(whole);
        const etag = whole.headers.get('etag');
        assert.match(etag, /^W\/"[!#-~]+"$/);
        assert.ok(!seen.has(etag));
        for (const known of [etag, etag.slice(2), '*', `"other", ${etag}`]) {
          const { status, text, headers } = await look(known);
          assert.deepEqual([status, text, headers.get('etag')], [304, '', etag], known);
          assert.equal(headers.get('cache-control'), 'private, no-cache');
        }
        for (const known of [undefined, '"other"', etag.replaceAll('"', ''), ...seen]) {
          const again = await look(known);
          assert.deepEqual([again.status, again.text], [200, whole.text], known);
          assert.equal(again.headers.get('etag'), etag);
        }
        seen.add(etag);
      }
    });

    test('shows hundreds in one channel', async () => {
      const channelId = newChannel();
      const crowd = Array.from({ length: 300 }, () => someone());
      await Promise.all(crowd.map(async (one) => ok(await one.join(channelId))));
      const whole = ok(await crowd[0].channel(channelId));
      assert.equal(whole.count, 300);
      assert.equal(new Set(whole.users.map(({ id }) => id)).size, 300);
      const path = `/voice-presence/${channelId}`;
      const etag = (await crowd[0].send('GET', path)).headers.get('etag');
      const again = await crowd[1].send('GET', path, { headers: { 'if-none-match': etag } });
      assert.deepEqual([again.status, again.text], [304, '']);
    });

    test('is not confirmed to one who may not view it', async () => {
      const channelId = newChannel();
      const etag = (await someone().channel(channelId)).headers.get('etag');
      const stranger = someone(grants({}));
      const headers = { 'if-none-match': etag };
      problem(await stranger.send('GET', `/voice-presence/${channelId}`, { headers }), 'channel_access_denied');
      problem(await new Api(server).send('GET', `/voice-presence/${channelId}`, { headers }), 'unauthenticated');
    });
  });

  describe('changing one’s state', () => {
    test('answers with the new state and with what was sent', async () => {
      const channelId = newChannel();
      const api = someone();
      const { user, version } = ok(await api.join(channelId));
      const answer = await api.update(channelId, { isDeafened: true, isMuted: false });
      assert.equal(
        answer.text,
        JSON.stringify({
          success: true,
          channelId,
          version: version + 1,
          user: { ...user, isDeafened: true },
          updates: ok(answer).updates,
        }),
      );
      assert.deepEqual(answer.body.updates, { isDeafened: true, isMuted: false });
      const all = { isVideoEnabled: true, isScreenSharing: true, isMuted: true, isDeafened: false };
      assert.deepEqual(ok(await api.update(channelId, all)).user, { ...user, ...all });
      assert.deepEqual(ok(await api.channel(channelId)).users, [{ ...user, ...all }]);
    });

    test('creates nothing for one who is not in the channel', async () => {
      const channelId = newChannel();
      const sub = newUserId();
      const api = someone({ sub });
      const answer = await api.update(channelId, { isMuted: true });
      const { error, ...rest } = ok(answer);
      assert.deepEqual(rest, { success: false, channelId });
      assert.equal(error.code, 'not_in_channel');
      assert.deepEqual(Object.keys(error), ['code', 'message']);
      assert.deepEqual(ok(await api.channel(channelId)), { channelId, version: 0, count: 0, users: [] });
      assert.deepEqual(ok(await api.me()).voiceChannels, []);
      assert.match(server.log(), new RegExp(`WARN.*User ${sub} not found in voice channel ${channelId}`));
    });

    const refused = {
      'an empty update': '{}',
      'an unknown field': '{"isMuted":true,"isLoud":true}',
      'a moderator’s flag': '{"isServerMuted":true}',
      'a field of the user': '{"isMuted":true,"username":"eve"}',
      '__proto__': '{"isMuted":true,"__proto__":{"isDeafened":true}}',
      'a string for a flag': '{"isMuted":"true"}',
      'a number for a flag': '{"isMuted":1}',
      'null for a flag': '{"isMuted":null}',
      'an object for a flag': '{"isMuted":{}}',
      'an array for a flag': '{"isMuted":[true]}',
      'a key twice': '{"isMuted":true,"isMuted":false}',
      'a key twice, once escaped': '{"isMuted":true,"is\\u004duted":false}',
      'trailing garbage': '{"isMuted":true} x',
      'a second document': '{"isMuted":true}{"isMuted":false}',
      'a cut document': '{"isMuted":tr',
      'a comment': '{"isMuted":true/* */}',
      'single quotes': "{'isMuted':true}",
      'a trailing comma': '{"isMuted":true,}',
      'NaN': '{"isMuted":NaN}',
      'no body': '',
      'blanks': '   ',
      'null': 'null',
      'an array': '[{"isMuted":true}]',
      'a string': '"isMuted"',
      'a number': '1e999999999',
      'a deep array': `{"isMuted":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      'a deep object': `{"isMuted":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
      'broken UTF-8': Buffer.from([...Buffer.from('{"isMuted":true,"'), 0xc3, 0x28, ...Buffer.from('":true}')]),
    };
    for (const [what, body] of Object.entries(refused)) {
      test(`refuses ${what}`, async () => {
        const channelId = newChannel();
        const api = someone();
        const { user, version } = ok(await api.join(channelId));
        problem(
          await api.send('PATCH', `/voice-presence/${channelId}/state`, {
            body,
            headers: { 'content-type': 'application/json' },
          }),
          'invalid_request',
        );
        assert.deepEqual(ok(await api.channel(channelId)), { channelId, version, count: 1, users: [user] });
      });
    }

    test('takes JSON by its content type only', async () => {
      const path = `/voice-presence/${newChannel()}/state`;
      const api = someone();
      const body = Buffer.from('{"isMuted":true}');
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/html']) {
        problem(await api.send('PATCH', path, { body, headers: { 'content-type': type } }), 'unsupported_media_type');
      }
      problem(await api.send('PATCH', path, { body }), 'unsupported_media_type');
      for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON']) {
        ok(await api.send('PATCH', path, { body, headers: { 'content-type': type } }));
      }
    });

    test('takes a body of 64 KiB and none that is longer', async () => {
      const channelId = newChannel();
      const path = `/voice-presence/${channelId}/state`;
      const api = someone();
      ok(await api.join(channelId));
      const headers = { 'content-type': 'application/json' };
      const body = '{"isMuted":true}'.padEnd(KIB_64);
      assert.equal(ok(await api.send('PATCH', path, { body, headers })).success, true);
      problem(await api.send('PATCH', path, { body: `${body} `, headers }), 'payload_too_large');
      problem(await api.send('PATCH', path, { body: body.repeat(8), headers }), 'payload_too_large');
      assert.equal(ok(await api.channel(channelId)).count, 1);
    });

    test('counts a body that comes in chunks, too', async () => {
      const path = `/voice-presence/${newChannel()}/state`;
      const chunks = (count) =>
        new ReadableStream({
          start(controller) {
            for (let i = 0; i < count; i++) {
              controller.enqueue(Buffer.from((i === 0 ? '{"isMuted":true}' : '').padEnd(8192)));
            }
            controller.close();
          },
        });
      const api = someone();
      const options = { headers: { 'content-type': 'application/json' }, duplex: 'half' };
      ok(await api.send('PATCH', path, { ...options, body: chunks(8) }));
      problem(await api.send('PATCH', path, { ...options, body: chunks(9) }), 'payload_too_large');
    });
  });

  describe('refreshing', () => {
    test('is silent, and tells how long the presence lasts', async () => {
      const channelId = newChannel();
      const api = someone();
      const { version, user } = ok(await api.join(channelId));
      const answer = await api.refresh(channelId);
      const { expiresIn } = ok(answer);
      assert.equal(answer.text, JSON.stringify({ success: true, channelId, present: true, expiresIn }));
      assert.ok(Number.isInteger(expiresIn) && expiresIn >= 299 && expiresIn <= 300, `${expiresIn}`);
      assert.deepEqual(ok(await api.channel(channelId)), { channelId, version, count: 1, users: [user] });
    });

    test('never makes one present who is not', async () => {
      const channelId = newChannel();
      const api = someone();
      const answer = await api.refresh(channelId);
      ok(answer);
      assert.equal(answer.text, JSON.stringify({ success: true, channelId, present: false, expiresIn: 0 }));
      ok(await api.join(channelId));
      ok(await api.leave(channelId));
      assert.equal(ok(await api.refresh(channelId)).present, false);
      assert.equal(ok(await api.channel(channelId)).count, 0);
      assert.deepEqual(ok(await api.me()).voiceChannels, []);
    });
  });

  describe('one’s own channels', () => {
    test('are those that one really is in', async () => {
      const sub = newUserId();
      const api = someone({ sub });
      assert.equal((await api.me()).text, JSON.stringify({ userId: sub, voiceChannels: [] }));
      const channels = [newChannel(), newChannel(), newChannel()];
      for (const channelId of channels) {
        ok(await api.join(channelId));
      }
      ok(await api.leave(channels[1]));
      const { userId, voiceChannels } = ok(await api.me());
      assert.equal(userId, sub);
      assert.deepEqual(voiceChannels.sort(), [channels[0], channels[2]].sort());
    });

    test('are all left by logging out', async () => {
      const sub = newUserId();
      const api = someone({ sub });
      const other = someone();
      const channels = [newChannel(), newChannel()];
      for (const channelId of channels) {
        ok(await api.join(channelId));
        ok(await other.join(channelId));
      }
      const { userId, left } = ok(await api.leaveAll());
      assert.equal(userId, sub);
      assert.deepEqual(left.sort(), [...channels].sort());
      assert.equal((await api.leaveAll()).text, JSON.stringify({ userId: sub, left: [] }));
      assert.deepEqual(ok(await api.me()).voiceChannels, []);
      for (const channelId of channels) {
        assert.equal(ok(await other.channel(channelId)).count, 1);
      }
    });

    test('are another’s neither to see nor to leave', async () => {
      const channelId = newChannel();
      const [one, other] = [someone(), someone()];
      ok(await one.join(channelId));
      ok(await other.leave(channelId));
      ok(await other.leaveAll());
      assert.deepEqual(ok(await other.me()).voiceChannels, []);
      assert.equal(ok(await one.update(channelId, { isMuted: true })).success, true);
    });
  });

  describe('reading many channels', () => {
    test('gives the snapshots in the order of the question, and the refusals', async () => {
      const [a, b] = [newChannel(), newChannel()];
      const api = someone();
      const { version, user } = ok(await api.join(b));
      const answer = await api.channels(b, 'd-secret', a);
      ok(answer);
      assert.equal(
        answer.text,
        JSON.stringify({
          channels: [
            { channelId: b, version, count: 1, users: [user] },
            { channelId: a, version: 0, count: 0, users: [] },
          ],
          denied: [{ channelId: 'd-secret', code: 'channel_access_denied' }],
        }),
      );
    });

    for (const [what, length] of Object.entries({ short: 5, common: 36, 'the longest': 128 })) {
      test(`takes 200 ${what} ids and no more`, async () => {
        const ids = Array.from({ length: 201 }, (_, i) => `c-${i}`.padEnd(length, '-'));
        const api = someone();
        const { channels } = ok(await api.channels(...ids.slice(0, 200)));
        assert.deepEqual(channels.map(({ channelId }) => channelId), ids.slice(0, 200));
        problem(await api.channels(...ids), 'invalid_request');
      });
    }

    test('takes only valid ids', async () => {
      const api = someone();
      for (const bad of ['', 'a b', 'me', 'a:b', 'ä', 'x'.repeat(129)]) {
        problem(await api.channels('c-fine', bad), 'invalid_request');
      }
      problem(await api.get('/voice-presence'), 'invalid_request');
    });

    test('tells channels that do not exist from those that are denied', async () => {
      const api = new Api(fixed, signIn());
      assert.deepEqual(ok(await api.channels('office', 'attic', 'hall')), {
        channels: [{ channelId: 'hall', version: 0, count: 0, users: [] }],
        denied: [
          { channelId: 'office', code: 'channel_access_denied' },
          { channelId: 'attic', code: 'channel_not_found' },
        ],
      });
    });
  });

  describe('the list of channels', () => {
    test('has the exact ids of the token’s claim, with all that each permission implies', async () => {
      const api = someone(
        grants({ lounge: ['join'], stage: ['view'], 'team-*': ['join'], desk: ['moderate'], none: [] }),
      );
      const { channels } = ok(await api.get('/channels'));
      assert.deepEqual(
        channels.sort((a, b) => (a.id < b.id ? -1 : 1)),
        [
          { id: 'desk', permissions: ['view', 'join', 'moderate'] },
          { id: 'lounge', permissions: ['view', 'join'] },
          { id: 'stage', permissions: ['view'] },
        ],
      );
    });

    test('is empty for a token without a claim', async () => {
      assert.equal((await someone({ voice: undefined }).get('/channels')).text, '{"channels":[]}');
    });

    test('has the channels of the file with their names and limits', async () => {
      const plain = ok(await new Api(fixed, signIn()).get('/channels'));
      assert.deepEqual(plain, {
        channels: [
          { id: 'lounge', name: 'Lounge', userLimit: 2, permissions: ['view', 'join'] },
          { id: 'hall', permissions: ['view'] },
        ],
      });
      const moderator = ok(await new Api(fixed, signIn({ sub: 'moderator' })).get('/channels'));
      assert.deepEqual(
        moderator.channels.map(({ id, permissions }) => [id, permissions]),
        ['lounge', 'hall', 'office'].map((id) => [id, ['view', 'join', 'moderate']]),
      );
    });

    test('is not there where every id is a channel', async () => {
      problem(await new Api(open, signIn()).get('/channels'), 'not_found');
    });
  });

  describe('identifiers', () => {
    const legal = {
      'all characters': 'AZaz09._~@-',
      'one character': '~',
      'the longest': 'c'.repeat(128),
      'me in capitals': 'ME',
      'names of JavaScript': '__proto__',
      'three dots': '...',
    };
    for (const [what, id] of Object.entries(legal)) {
      test(`may be ${what}`, async () => {
        const api = new Api(open, signIn());
        assert.equal(ok(await api.join(id)).channelId, id);
        const many = ok(await api.channels(id));
        assert.equal(many.channels[0].channelId, id);
        assert.equal(many.channels[0].count, 1);
        ok(await api.leave(id));
      });
    }

    test('may come percent-encoded', async () => {
      const api = new Api(open, signIn());
      assert.equal(ok(await api.join('%6cobby%7E')).channelId, 'lobby~');
      assert.equal(ok(await api.channel('lobby~')).count, 1);
    });

    const illegal = ['x'.repeat(129), 'a%20b', 'a:b', 'a%7Cb', 'a%00', 'a%0D%0Ab', 'caf%C3%A9', '%7Ba%7D', 'a*', 'a%2Fb', 'a+b', "a'b", 'a!b', 'a,b', 'a;b', 'a=b', 'a$b', 'a&b', 'a(b)', '%FF'];
    for (const id of illegal) {
      test(`are not like ${id.slice(0, 20)}`, async () => {
        const api = new Api(open, signIn());
        problem(await api.join(id), 'invalid_request');
        problem(await api.leave(id), 'invalid_request');
        problem(await api.channel(id), 'invalid_request');
        problem(await api.refresh(id), 'invalid_request');
        problem(await api.update(id, { isMuted: true }), 'invalid_request');
      });
    }

    test('are no channel when they are the word me', async () => {
      const api = new Api(open, signIn());
      problem(await api.join('me'), 'invalid_request');
      problem(await api.leave('me'), 'invalid_request');
      problem(await api.refresh('me'), 'invalid_request');
      problem(await api.update('me', { isMuted: true }), 'invalid_request');
    });

    test('of users may hold colons and bars, and never meet another’s', async () => {
      const channelId = newChannel();
      const ids = ['a:b', 'a|b', 'auth0|5f7c8ec7', 'a', 'b'].map((id) => `${id}${process.pid}`);
      for (const sub of ids) {
        assert.equal(ok(await someone({ sub }).join(channelId)).user.id, sub);
      }
      assert.equal(ok(await someone().channel(channelId)).count, ids.length);
    });
  });

  describe('tokens', () => {
    const claims = () => ({ sub: newUserId(), exp: seconds() + 60, ...grants({ 'c-*': ['join'] }) });
    const HS256 = { alg: 'HS256', typ: 'JWT' };
    const [head, body, signature] = signIn().split('.');
    const refused = {
      'with another key': () => signIn({}, { secret: 'another-secret-of-the-tests-with-32-bytes' }),
      'without a signature': () => `${head}.${body}.`,
      'without its last part': () => `${head}.${body}`,
      'with the signature of another token': () => `${head}.${signIn().split('.')[1]}.${signature}`,
      'with alg none': () => forge({ alg: 'none' }, claims(), () => ''),
      'with alg None, signed': () => forge({ alg: 'None' }, claims()),
      'without alg': () => forge({ typ: 'JWT' }, claims()),
      'signed by HS512': () => forge({ alg: 'HS512' }, claims(), hmac('sha512', SECRET)),
      'with an extension that must be understood': () => forge({ ...HS256, crit: ['x'], x: 1 }, claims()),
      'that expired': () => signIn({ exp: seconds() - 15 }),
      'without exp': () => signIn({ exp: undefined }),
      'with exp as a string': () => signIn({ exp: `${seconds() + 60}` }),
      'not yet valid': () => signIn({ nbf: seconds() + 60 }),
      'issued in the future': () => signIn({ iat: seconds() + 60 }),
      'without sub': () => signIn({ sub: undefined }),
      'with an empty sub': () => signIn({ sub: '' }),
      'with sub as a number': () => signIn({ sub: 7 }),
      'with a blank in sub': () => signIn({ sub: 'a b' }),
      'with braces in sub': () => signIn({ sub: '{a}' }),
      'with a sub that is too long': () => signIn({ sub: 'x'.repeat(129) }),
      'that is no token': () => 'nonsense',
      'that is empty': () => '',
      'of dots': () => '..',
      'of broken JSON': () => `${Buffer.from('{').toString('base64url')}.${body}.${signature}`,
    };
    for (const [what, make] of Object.entries(refused)) {
      test(`${what} are refused`, async () => {
        const api = new Api(server);
        const headers = { authorization: `Bearer ${make()}` };
        problem(await api.send('GET', '/voice-presence/me', { headers }), 'unauthenticated');
        problem(await api.send('POST', `/voice-presence/${newChannel()}/join`, { headers }), 'unauthenticated');
      });
    }

    test('are wanted by every route of presence, and only in the header', async () => {
      const routes = [
        ['POST', '/voice-presence/c-x/join'],
        ['POST', '/voice-presence/c-x/leave'],
        ['GET', '/voice-presence/c-x'],
        ['PATCH', '/voice-presence/c-x/state'],
        ['POST', '/voice-presence/c-x/refresh'],
        ['GET', '/voice-presence/me'],
        ['DELETE', '/voice-presence/me'],
        ['GET', '/voice-presence?channelId=c-x'],
        ['GET', '/channels'],
      ];
      const api = new Api(server);
      const secret = signIn();
      for (const [method, path] of routes) {
        const options = method === 'PATCH' ? { json: { isMuted: true } } : {};
        problem(await api.send(method, path, options), 'unauthenticated');
        const sep = path.includes('?') ? '&' : '?';
        problem(await api.send(method, `${path}${sep}token=${secret}&access_token=${secret}`, options), 'unauthenticated');
        problem(
          await api.send(method, path, { ...options, headers: { authorization: `Basic ${secret}` } }),
          'unauthenticated',
        );
        problem(await api.send(method, path, { ...options, headers: { cookie: `token=${secret}` } }), 'unauthenticated');
      }
    });

    test('hold for 10 s after they expired, and as long before they begin', async () => {
      ok(await someone({ exp: seconds() - 5 }).me());
      ok(await someone({ nbf: seconds() + 5, iat: seconds() + 5 }).me());
    });

    test('may name the scheme in any case', async () => {
      ok(await new Api(server).send('GET', '/voice-presence/me', { headers: { authorization: `bearer ${signIn()}` } }));
    });
  });

  describe('rights', () => {
    const can = {
      nothing: { rights: [], verbs: ['leave'] },
      view: { rights: ['view'], verbs: ['read', 'leave'] },
      join: { rights: ['join'], verbs: ['read', 'leave', 'join', 'update', 'refresh'] },
      moderate: { rights: ['moderate'], verbs: ['read', 'leave', 'join', 'update', 'refresh'] },
    };
    const verbs = {
      read: (api, channelId) => api.channel(channelId),
      join: (api, channelId) => api.join(channelId),
      update: (api, channelId) => api.update(channelId, { isMuted: true }),
      refresh: (api, channelId) => api.refresh(channelId),
      leave: (api, channelId) => api.leave(channelId),
    };
    for (const [right, { rights, verbs: allowed }] of Object.entries(can)) {
      test(`with ${right} one may ${allowed.join(', ')} and no more`, async () => {
        const channelId = newChannel();
        const api = someone(grants(rights.length ? { [channelId]: rights } : {}));
        for (const [verb, act] of Object.entries(verbs)) {
          const answer = await act(api, channelId);
          if (allowed.includes(verb)) {
            ok(answer);
          } else {
            problem(answer, 'channel_access_denied');
          }
        }
      });
    }

    test('lost while in a channel still let one leave', async () => {
      const channelId = newChannel();
      const sub = newUserId();
      ok(await someone({ sub }).join(channelId));
      const lost = someone({ sub, voice: undefined });
      problem(await lost.refresh(channelId), 'channel_access_denied');
      assert.deepEqual(ok(await lost.me()).voiceChannels, [channelId]);
      assert.deepEqual(ok(await lost.leaveAll()).left, [channelId]);
    });

    test('by exact ids and by prefixes add up', async () => {
      const channelId = newChannel();
      const api = someone(grants({ [channelId]: ['view'], [`${channelId.slice(0, 4)}*`]: ['join'] }));
      ok(await api.join(channelId));
      ok(await api.channel(channelId));
      problem(await api.join('x-other'), 'channel_access_denied');
    });

    for (const [what, voice] of Object.entries({
      'a string': 'all',
      'an array': ['c-x'],
      'channels as an array': { channels: ['c-x'] },
      'a grant as a string': { channels: { 'c-x': 'join' } },
      'an unknown permission': { channels: { 'c-x': ['owner'] } },
      'null': null,
    })) {
      test(`are none when the claim is ${what}`, async () => {
        const answer = await someone({ voice }).channel('c-x');
        assert.ok([401, 403].includes(answer.status), `${answer.status}`);
        problem(answer, answer.status === 401 ? 'unauthenticated' : 'channel_access_denied');
      });
    }

    test('of the file: unknown, denied and full channels', async () => {
      const [a, b, c] = [1, 2, 3].map(() => new Api(fixed, signIn()));
      problem(await a.join('attic'), 'channel_not_found', 'Channel attic not found');
      problem(await a.channel('attic'), 'channel_not_found', 'Channel attic not found');
      problem(await a.join('hall'), 'channel_access_denied');
      problem(await a.channel('office'), 'channel_access_denied');
      ok(await a.join('lounge'));
      ok(await b.join('lounge'));
      problem(await c.join('lounge'), 'channel_full');
      ok(await b.join('lounge'));
      ok(await b.leave('lounge'));
      ok(await c.join('lounge'));
      assert.equal(ok(await c.channel('lounge')).count, 2);
      ok(await a.leaveAll());
      ok(await c.leaveAll());
    });

    test('of the mode open: everyone may join everything', async () => {
      const api = new Api(open, signIn({ voice: undefined }));
      const channelId = newChannel('any-');
      ok(await api.join(channelId));
      assert.equal(ok(await api.channel(channelId)).count, 1);
    });
  });

  describe('limits', () => {
    test('on one user’s commands say when to come back, and leave others alone', async () => {
      const busy = new Api(fixed, signIn());
      let last;
      for (let i = 0; i < 40 && last?.status !== 429; i++) {
        last = await busy.channel('hall');
      }
      problem(last, 'rate_limited');
      const wait = last.headers.get('retry-after');
      assert.match(wait, /^\d+$/);
      assert.ok(Number(wait) >= 1 && Number(wait) <= 10, wait);
      ok(await new Api(fixed, signIn()).channel('hall'));
    });
  });

  describe('unknown routes and methods', () => {
    const unknown = [
      ['GET', '/nothing'],
      ['GET', '/voice-presence/c-x/nothing'],
      ['POST', '/voice-presence/c-x/join/more'],
      ['POST', '/livekit/token'],
      ['POST', '/livekit/webhook'],
      ['POST', '/demo/token'],
      ['GET', '/console/../openapi.yaml/x'],
      ['GET', '/actuator/env'],
    ];
    for (const [method, path] of unknown) {
      test(`${method} ${path} is not_found`, async () => {
        problem(await someone().send(method, path, method === 'POST' ? { json: {} } : {}), 'not_found');
      });
    }

    const wrong = [
      ['GET', '/voice-presence/c-x/join', 'POST'],
      ['PUT', '/voice-presence/c-x/leave', 'POST'],
      ['POST', '/voice-presence/c-x/state', 'PATCH'],
      ['GET', '/voice-presence/c-x/refresh', 'POST'],
      ['DELETE', '/voice-presence/c-x', 'GET'],
      ['POST', '/voice-presence/me', 'DELETE'],
      ['POST', '/voice-presence', 'GET'],
      ['POST', '/channels', 'GET'],
      ['POST', '/health/live', 'GET'],
    ];
    for (const [method, path, allowed] of wrong) {
      test(`${method} ${path} is method_not_allowed`, async () => {
        const answer = await someone().send(method, path, method === 'GET' ? {} : { json: {} });
        problem(answer, 'method_not_allowed');
        assert.match(answer.headers.get('allow') ?? '', new RegExp(`\\b${allowed}\\b`));
      });
    }
  });

  describe('pages of other origins', () => {
    const routes = {
      GET: '/voice-presence/c-x',
      POST: '/voice-presence/c-x/join',
      PATCH: '/voice-presence/c-x/state',
      DELETE: '/voice-presence/me',
    };
    const preflight = (origin, method = 'PATCH') =>
      raw(server, {
        method: 'OPTIONS',
        path: routes[method],
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization,content-type',
        },
      });

    for (const method of Object.keys(routes)) {
      test(`may send ${method} when they are listed`, async () => {
        const { status, headers } = await preflight(ORIGIN, method);
        assert.ok([200, 204].includes(status), `${status}`);
        assert.equal(headers.get('access-control-allow-origin'), ORIGIN);
        assert.match(headers.get('access-control-allow-methods'), new RegExp(`\\b${method}\\b`));
        assert.match(headers.get('access-control-allow-headers'), /authorization/i);
        assert.match(headers.get('access-control-allow-headers'), /content-type/i);
        assert.match(headers.get('access-control-allow-headers'), /if-none-match/i);
      });
    }

    test('may read answers and problems when they are listed', async () => {
      for (const token of [signIn(), undefined]) {
        const answer = await raw(server, {
          path: '/voice-presence/me',
          headers: { origin: ORIGIN, ...(token ? { authorization: `Bearer ${token}` } : {}) },
        });
        assert.equal(answer.status, token ? 200 : 401);
        assert.equal(answer.headers.get('access-control-allow-origin'), ORIGIN);
        assert.match(answer.headers.get('vary') ?? '', /origin/i);
        assert.match(answer.headers.get('access-control-expose-headers'), /etag/i);
      }
    });

    for (const origin of ['https://evil.example.com', 'http://app.example.com', `${ORIGIN}.evil.example`, `${ORIGIN}:8443`, 'null', 'nonsense']) {
      test(`may do nothing when they are ${origin}`, async () => {
        assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null);
        const answer = await raw(server, {
          path: '/voice-presence/me',
          headers: { origin, authorization: `Bearer ${signIn()}` },
        });
        assert.equal(answer.headers.get('access-control-allow-origin'), null);
      });
    }

    test('may all call when every origin is listed, by whatever name they reach the server', async () => {
      const anyOrigin = await startServer({ env: { CORS_ORIGINS: '*' } });
      try {
        for (const host of ['presence.example.com', '127.0.0.1', 'localhost:8080']) {
          const asked = await raw(anyOrigin, {
            method: 'OPTIONS',
            path: routes.PATCH,
            headers: { host, origin: ORIGIN, 'access-control-request-method': 'PATCH' },
          });
          assert.equal(asked.status, 204);
          assert.equal(asked.headers.get('access-control-allow-origin'), ORIGIN);
          const answer = await raw(anyOrigin, {
            path: '/voice-presence/me',
            headers: { host, origin: ORIGIN, authorization: `Bearer ${signIn()}` },
          });
          assert.equal(answer.status, 200);
          assert.equal(answer.headers.get('access-control-allow-origin'), ORIGIN);
        }
      } finally {
        await anyOrigin.stop();
      }
    });

    test('get an answer with a code, only not to read it, when the server is behind a proxy of this machine', async () => {
      const answer = await raw(open, {
        path: '/voice-presence/me',
        headers: { host: '127.0.0.1:8080', origin: ORIGIN, authorization: `Bearer ${signIn()}` },
      });
      assert.equal(answer.status, 200);
    });

    test('may do nothing at all when none is listed', async () => {
      const answer = await raw(open, {
        path: '/voice-presence/me',
        headers: { origin: ORIGIN, authorization: `Bearer ${signIn()}` },
      });
      assert.equal(answer.headers.get('access-control-allow-origin'), null);
    });
  });

  describe('what a client would accept', () => {
    for (const accept of ['text/plain', 'text/html', 'application/xml', 'image/*']) {
      test(`changes nothing: ${accept}`, async () => {
        for (const [path, type] of [
          ['/health/live', /^application\/json/],
          ['/voice-presence/me', /^application\/json/],
          ['/metrics', /^text\/plain; version=0\.0\.4/],
          ['/openapi.yaml', /yaml/],
        ]) {
          const answer = await raw(server, { path, headers: { accept, authorization: `Bearer ${signIn()}` } });
          assert.equal(answer.status, 200, path);
          assert.match(answer.headers.get('content-type'), type, path);
        }
      });
    }
  });

  test('refuses a body that is not what its Content-Encoding says', async () => {
    problem(
      await someone().send('PATCH', '/voice-presence/c-encoded/state', {
        body: '{"isMuted":true}',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      }),
      'invalid_request',
    );
    assert.doesNotMatch(server.log(), / ERROR /);
  });

  describe('the log', () => {
    test('has nothing of a token, even at its most talkative', async () => {
      const secret = signIn();
      await fetch(`${server.url}/voice-presence/me?token=${secret}`);
      await fetch(`${server.url}/${secret}`, { headers: { authorization: `Bearer ${secret}` } });
      const log = [server, fixed, open].map((each) => each.log()).join('');
      for (const token of tokens) {
        const [, claims, signature] = token.split('.');
        assert.ok(!log.includes(claims), 'the claims of a token are in the log');
        assert.ok(!signature || !log.includes(signature), 'the signature of a token is in the log');
      }
      assert.ok(!log.includes(SECRET));
      assert.doesNotMatch(log, /Bearer ey/);
    });

    test('keeps each entry on one line', async () => {
      await someone().get('/voice-presence/a%0D%0AINFO%20forged');
      assert.doesNotMatch(server.log(), /^INFO forged/m);
    });
  });
});
