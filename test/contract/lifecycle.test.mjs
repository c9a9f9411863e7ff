// The server as its operator sees it: settings, start, health, metrics, log and stop.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { run } from '../support/command.mjs';
import { configFile, STATIC_CHANNELS } from '../support/config.mjs';
import { Api, ok, raw } from '../support/http.mjs';
import { newChannel, newUserId, signIn } from '../support/people.mjs';
import { SECRET, startServer } from '../support/server.mjs';
import { closeAll, connect } from '../support/sockets.mjs';

describe('A running server', { timeout: 120_000 }, () => {
  let server;

  before(async () => {
    server = await startServer({ env: { VOICE_PRESENCE_TTL: '1s', DISCONNECT_GRACE: '0s' } });
  });

  after(async () => {
    closeAll();
    await server?.stop();
  });

  /** The sum of all samples of a metric with these labels. */
  async function metric(name, labels = {}) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    const samples = text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => wanted.every((label) => line.includes(label)));
    assert.notEqual(samples.length, 0, `no ${name} ${wanted}`);
    return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async function eventually(read, matches) {
    for (let attempt = 0; attempt < 200; attempt++) {
      const value = await read();
      if (matches(value)) {
        return value;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return assert.fail(`still ${await read()}`);
  }

  for (const path of ['/health', '/health/live', '/health/ready']) {
    test(`says at ${path} that it is up, without a token`, async () => {
      assert.equal(ok(await new Api(server).get(path)).status, 'UP');
    });
  }

  test('describes its interface', async () => {
    const { status, headers, text } = await new Api(server).get('/openapi.yaml');
    assert.equal(status, 200);
    assert.match(headers.get('content-type'), /yaml/);
    assert.match(text, /^openapi: 3\.1/);
  });

  test('serves the console and everything that it loads', async () => {
    const page = await new Api(server).get('/');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    assert.match(page.headers.get('content-security-policy'), /default-src 'self'/);
    const files = [...page.text.matchAll(/(?:src|href)="(?!https?:|data:|#)([^"]+)"/g)].map(([, file]) => file);
    assert.ok(files.length > 1, page.text);
    for (const file of files) {
      const answer = await fetch(new URL(file, `${server.url}/`));
      assert.equal(answer.status, 200, file);
      assert.notEqual((await answer.text()).length, 0, file);
    }
  });

  test('counts active users and how full channels are', async () => {
    const before = await metric('voice_presence_active_users');
    const channelId = newChannel();
    const sockets = await Promise.all([1, 2, 3].map(() => connect(server, signIn())));
    await Promise.all(sockets.map((socket) => socket.ask('VOICE_CHANNEL_JOIN', { channelId })));
    const moved = (value) => value >= before + 3;
    await eventually(() => metric('voice_presence_active_users'), moved);
    await eventually(() => metric('voice_presence_channels', { occupancy: '2-5' }), (value) => value >= 1);
    assert.ok((await metric('voice_presence_channel_occupancy_max')) >= 3);
    assert.ok((await metric('voice_presence_connections')) >= 3);
    await Promise.all(sockets.map((socket) => socket.ask('VOICE_CHANNEL_LEAVE', { channelId })));
    sockets.forEach((socket) => socket.close());
    await eventually(() => metric('voice_presence_active_users'), (value) => value === 0);
    await eventually(() => metric('voice_presence_channels'), (value) => value === 0);
    await eventually(() => metric('voice_presence_connections'), (value) => value === 0);
  });

  test('counts updates, and tells departures by leaving from those by expiry', async () => {
    const updates = await metric('voice_presence_state_updates_total');
    const joins = await metric('voice_presence_joins_total');
    const left = await metric('voice_presence_departures_total', { reason: 'left' });
    const expired = await metric('voice_presence_departures_total', { reason: 'expired' });
    const channelId = newChannel();
    const [polite, silent] = [new Api(server, signIn()), new Api(server, signIn())];
    ok(await polite.join(channelId));
    ok(await polite.join(channelId));
    ok(await silent.join(channelId));
    ok(await polite.update(channelId, { isMuted: true }));
    ok(await polite.update(channelId, { isMuted: true }));
    ok(await polite.leave(channelId));
    ok(await polite.leave(channelId));
    assert.equal(await metric('voice_presence_state_updates_total'), updates + 2);
    assert.equal(await metric('voice_presence_joins_total'), joins + 2);
    assert.equal(await metric('voice_presence_departures_total', { reason: 'left' }), left + 1);
    await eventually(
      () => metric('voice_presence_departures_total', { reason: 'expired' }),
      (value) => value === expired + 1,
    );
  });

  test('measures how long the store takes', async () => {
    const count = () => metric('voice_presence_store_seconds_count', { operation: 'join' });
    const before = await count();
    ok(await new Api(server, signIn()).join(newChannel()));
    assert.equal(await count(), before + 1);
    for (const quantile of ['0.5', '0.95', '0.99']) {
      assert.ok((await metric('voice_presence_store_seconds', { operation: 'join', quantile })) > 0, quantile);
    }
  });

  test('names neither users nor channels in its metrics', async () => {
    const channelId = newChannel();
    const sub = newUserId('metric-user');
    ok(await new Api(server, signIn({ sub })).join(channelId));
    const { text } = await new Api(server).get('/metrics');
    assert.ok(!text.includes(channelId) && !text.includes(sub));
  });

  test('logs what the original logged', async () => {
    const channelId = newChannel();
    const sub = newUserId('logged');
    const api = new Api(server, signIn({ sub }));
    ok(await api.join(channelId));
    ok(await api.update(channelId, { isMuted: true }));
    ok(await api.leave(channelId));
    ok(await api.leave(channelId));
    for (const line of [
      `INFO .*User ${sub} joined voice channel ${channelId}$`,
      `INFO .*Updated voice state for user ${sub}$`,
      `WARN .*User ${sub} not found in voice channel ${channelId}$`,
    ]) {
      assert.match(server.log(), new RegExp(line, 'm'));
    }
  });
});

describe('A server that is told to stop', { timeout: 60_000 }, () => {
  test('lets its clients go to another one, and ends by itself', async () => {
    const server = await startServer();
    const sockets = await Promise.all(
      [['websocket'], ['polling'], ['polling', 'websocket']].map((transports) => connect(server, signIn(), { transports })),
    );
    const channelId = newChannel();
    await Promise.all(sockets.map((socket) => socket.ask('VOICE_CHANNEL_JOIN', { channelId })));
    await Promise.all(sockets.map((socket) => socket.ask('VOICE_CHANNEL_SUBSCRIBE', { channelIds: [channelId] })));
    const began = Date.now();
    const status = server.stop('SIGTERM');
    for (const socket of sockets) {
      // Not "io server disconnect": the client would not try again.
      assert.equal(await socket.disconnected(), 'transport close');
      assert.equal(socket.heard.some(({ name }) => name === 'VOICE_CHANNEL_USER_LEFT'), false);
    }
    assert.ok([0, 143, 'SIGTERM'].includes(await status), `${await status}`);
    assert.ok(Date.now() - began < 10_000, `after ${Date.now() - began} ms`);
    closeAll();
  });

  test('answers requests that were under way, and is gone then', async () => {
    const server = await startServer();
    const api = new Api(server, signIn());
    const channelId = newChannel();
    const answers = Array.from({ length: 50 }, () => api.join(channelId).then(({ status }) => status, () => 'refused'));
    await Promise.race(answers);
    const status = server.stop('SIGINT');
    const seen = new Set(await Promise.all(answers));
    assert.ok([...seen].every((each) => [200, 503, 'refused'].includes(each)), [...seen].join());
    assert.ok([0, 130, 'SIGINT'].includes(await status), `${await status}`);
    await assert.rejects(fetch(`${server.url}/health`));
  });
});

describe('The command line', { concurrency: 2, timeout: 120_000 }, () => {
  const key = { JWT_SECRET: SECRET };
  const unset = { JWT_SECRET: '', JWT_JWKS_URL: '', JWT_PUBLIC_KEY: '' };
  const lines = (text) => text.split('\n').filter((line) => line !== '');

  test('tells by --help all options with their defaults', async () => {
    const { status, stdout, stderr } = await run(['--help']);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const name of ['HOST', 'PORT', 'JWT_SECRET', 'JWT_JWKS_URL', 'JWT_PUBLIC_KEY', 'JWT_ISSUER', 'JWT_AUDIENCE', 'REDIS_URL', 'VOICE_PRESENCE_TTL', 'DISCONNECT_GRACE', 'CHANNEL_ACCESS', 'SOCKETIO_EVENT_NAMES', 'CORS_ORIGINS', 'LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'MAX_PAYLOAD', 'CONFIG_FILE', '--demo']) {
      assert.ok(stdout.includes(name), name);
    }
    for (const value of ['8080', '300s', '20s', 'constant', '64KiB']) {
      assert.ok(stdout.includes(value), value);
    }
  });

  test('does not start without a key', async () => {
    const { status, stderr } = await run([], unset);
    assert.equal(status, 2);
    assert.equal(lines(stderr).length, 1);
    assert.match(stderr, /JWT_SECRET/);
  });

  test('names every wrong value on a line of its own, what is allowed, and no secret', async () => {
    const wrong = {
      PORT: '99999',
      VOICE_PRESENCE_TTL: 'soon',
      DISCONNECT_GRACE: '-1s',
      CHANNEL_ACCESS: 'perhaps',
      SOCKETIO_EVENT_NAMES: 'camel',
      MAX_PAYLOAD: 'much',
    };
    const { status, stdout, stderr } = await run([], { ...wrong, JWT_SECRET: 'hush-hush-hush' });
    assert.equal(status, 2);
    const told = lines(stderr);
    for (const [name, value] of Object.entries(wrong)) {
      const [line, ...more] = told.filter((each) => each.includes(name));
      assert.deepEqual(more, []);
      assert.ok(line?.includes(value), `${name}: ${line}`);
    }
    assert.equal(told.filter((line) => line.includes('JWT_SECRET')).length, 1);
    assert.equal(told.length, Object.keys(wrong).length + 1);
    assert.ok(!(stdout + stderr).includes('hush-hush-hush'));
    assert.doesNotMatch(stderr, /Exception|^\s+at /m);
  });

  const refused = {
    'a secret that is too short': { JWT_SECRET: 'x'.repeat(31) },
    'two keys': { ...key, JWT_JWKS_URL: 'https://id.example.com/keys' },
    'a key that is no key': { ...unset, JWT_PUBLIC_KEY: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
    'a configuration file that is not there': { ...key, CONFIG_FILE: '/nowhere/at/all.yaml' },
    'a configuration file that is no YAML': { ...key, CONFIG_FILE: configFile('a: [') },
    'an unknown key in the file': { ...key, CONFIG_FILE: configFile('voice-presense-ttl: 5s\n') },
    'a wrong value in the file': { ...key, CONFIG_FILE: configFile('voice-presence-ttl: soon\n') },
    'channels without the mode for them': { ...key, CHANNEL_ACCESS: 'static' },
    'a limit on users that is no number': {
      ...key,
      CHANNEL_ACCESS: 'static',
      CONFIG_FILE: configFile(STATIC_CHANNELS.replace('user-limit: 2', 'user-limit: two')),
    },
    'a permission that does not exist': {
      ...key,
      CHANNEL_ACCESS: 'static',
      CONFIG_FILE: configFile(STATIC_CHANNELS.replace('[view]', '[look]')),
    },
    'half an integration': { ...key, LIVEKIT_URL: 'wss://livekit.example.com' },
    'a burst below the rate': { ...key, COMMAND_RATE: '10', COMMAND_BURST: '5' },
    'an origin with a path': { ...key, CORS_ORIGINS: 'https://app.example.com/chat' },
  };
  for (const [what, env] of Object.entries(refused)) {
    test(`does not start with ${what}`, async () => {
      const { status, stderr } = await run([], env);
      assert.equal(status, 2, stderr);
      assert.notEqual(lines(stderr).length, 0);
      assert.doesNotMatch(stderr, /Exception|^\s+at /m);
      assert.ok(!stderr.includes(SECRET));
    });
  }

  test('does not start the demo for everybody', async () => {
    const { status, stderr } = await run(['--demo'], { ...unset, HOST: '0.0.0.0' });
    assert.equal(status, 2);
    assert.match(stderr, /HOST/);
  });

  test('does not know other options', async () => {
    assert.equal((await run(['--nonsense'], key)).status, 2);
  });

  test('says which port is taken', async () => {
    const taken = createServer();
    await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address();
    const { status, stderr } = await run([], { ...key, PORT: String(port) });
    taken.close();
    assert.ok(status !== 0 && status !== null, `${status}`);
    assert.match(lines(stderr).at(-1), new RegExp(`\\b${port}\\b`));
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  test('lets the environment win over the file', async () => {
    const file = configFile('channel-access: open\nvoice-presence-ttl: 77s\nsocketio-event-names: semaphore\n');
    const server = await startServer({ env: { CONFIG_FILE: file, VOICE_PRESENCE_TTL: '55s' } });
    const api = new Api(server, signIn({ voice: undefined }));
    const channelId = newChannel('open-');
    ok(await api.join(channelId));
    const { expiresIn } = ok(await api.refresh(channelId));
    assert.ok(expiresIn > 50 && expiresIn <= 55, `${expiresIn}`);
    await server.stop();
  });

  test('starts the demo with a token for everybody who asks', async () => {
    const server = await startServer({ args: ['--demo'], env: unset });
    const asked = await new Api(server).send('POST', '/demo/token', { json: { username: 'Amber Otter' } });
    const { token, userId, username } = ok(asked);
    assert.equal(username, 'Amber Otter');
    const api = new Api(server, token);
    const { channels } = ok(await api.get('/channels'));
    const channel = channels.find(({ permissions }) => permissions.includes('join'));
    assert.equal(ok(await api.join(channel.id)).user.id, userId);
    assert.ok(!server.log().includes(token));
    const rebound = await raw(server, {
      method: 'POST',
      path: '/demo/token',
      headers: { host: 'demo.example.com', 'content-type': 'application/json' },
      body: '{"username":"Amber Otter"}',
    });
    assert.equal(rebound.status, 400);
    await server.stop();
  });
});
