// The description of the API tells the truth: real answers have the form that it says, every route of it
// exists, and no answer comes with a status that it leaves out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

import { configFile, STATIC_CHANNELS } from '../support/config.mjs';
import { Api, INSTANT } from '../support/http.mjs';
import { grants, newChannel, newUserId, signIn } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';

const DOCUMENT = 'openapi.yaml';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

describe('The description of the API', { timeout: 120_000 }, () => {
  let server;
  let fixed;
  let demo;
  let document;
  let ajv;

  before(async () => {
    [server, fixed, demo] = await Promise.all([
      startServer(),
      startServer({
        env: { CHANNEL_ACCESS: 'static', CONFIG_FILE: configFile(STATIC_CHANNELS), COMMAND_RATE: '1', COMMAND_BURST: '5' },
      }),
      startServer({ args: ['--demo'], env: { JWT_SECRET: '' } }),
    ]);
    document = parse((await new Api(server).get('/openapi.yaml')).text);
    ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      formats: {
        'int64': { type: 'number', validate: Number.isSafeInteger },
        'date-time': INSTANT,
        'uri-reference': true,
      },
    });
    ajv.addSchema({ $id: DOCUMENT, ...document });
  });

  after(() => Promise.all([server, fixed, demo].map((each) => each?.stop())));

  const pointer = (...path) => path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

  /** The schema at a JSON pointer, in a URI's fragment. */
  const schemaAt = (at) => ajv.compile({ $ref: `${DOCUMENT}#${at.replaceAll('{', '%7B').replaceAll('}', '%7D')}` });

  /** Follows a reference of the document. */
  function resolve(node, at) {
    if (!node?.$ref) {
      return { node, at };
    }
    const path = node.$ref.slice(2).split('/');
    return { node: path.reduce((parent, key) => parent[key], document), at: pointer(...path) };
  }

  /** The answer is one that the document has for this operation. */
  function matches(answer, method, path, status) {
    const operation = document.paths[path]?.[method];
    assert.ok(operation, `${method} ${path} is not described`);
    assert.equal(answer.status, status, answer.text);
    const responses = pointer('paths', path, method, 'responses', String(status));
    const { node, at } = resolve(operation.responses[status], responses);
    assert.ok(node, `${method} ${path} may not answer ${status}: ${answer.text}`);
    const type = answer.headers.get('content-type').split(';')[0];
    assert.ok(node.content[type]?.schema, `${method} ${path} ${status} may not be ${type}`);
    const validate = schemaAt(`${at}${pointer('content', type, 'schema')}`);
    const value = answer.body ?? answer.text;
    assert.ok(validate(value), `${method} ${path} ${status}: ${ajv.errorsText(validate.errors)}\n${answer.text}`);
    for (const [name, header] of Object.entries(node.headers ?? {})) {
      const sent = answer.headers.get(name);
      assert.ok(sent !== null || !header.required, `${name} is missing`);
      if (header.schema.type === 'integer') {
        assert.match(sent, /^\d+$/);
      }
    }
  }

  const JOIN = '/voice-presence/{channelId}/join';
  const LEAVE = '/voice-presence/{channelId}/leave';
  const STATE = '/voice-presence/{channelId}/state';
  const REFRESH = '/voice-presence/{channelId}/refresh';
  const CHANNEL = '/voice-presence/{channelId}';
  const MANY = '/voice-presence';
  const ME = '/voice-presence/me';

  test('holds for what succeeds, and names no operation that is not there', async () => {
    const channelId = newChannel();
    const api = new Api(server, signIn({ displayName: 'Ada', avatarUrl: 'https://x.example.com/a.png' }));
    const answers = [
      ['patch', STATE, await api.update(channelId, { isMuted: true })],
      ['post', REFRESH, await api.refresh(channelId)],
      ['get', CHANNEL, await api.channel(channelId)],
      ['post', JOIN, await api.join(channelId)],
      ['post', JOIN, await new Api(server, signIn()).join(channelId)],
      ['patch', STATE, await api.update(channelId, { isMuted: true, isDeafened: false })],
      ['post', REFRESH, await api.refresh(channelId)],
      ['get', CHANNEL, await api.channel(channelId)],
      ['get', MANY, await api.channels(channelId, newChannel(), 'd-secret')],
      ['get', ME, await api.me()],
      ['post', LEAVE, await api.leave(channelId)],
      ['post', JOIN, await api.join(channelId)],
      ['delete', ME, await api.leaveAll()],
      ['post', LEAVE, await api.leave(channelId)],
      ['get', '/channels', await new Api(server, signIn(grants({ lounge: ['join'] }))).get('/channels')],
      ['get', '/channels', await new Api(fixed, signIn()).get('/channels')],
      ['post', '/demo/token', await new Api(demo).send('POST', '/demo/token', { json: { username: 'Amber Otter' } })],
    ];
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics', '/openapi.yaml']) {
      answers.push(['get', path, await api.get(path)]);
    }
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => `${method} ${path}`),
    );
    assert.deepEqual([...new Set(answers.map(([method, path]) => `${method} ${path}`))].sort(), described.sort());
    answers.forEach(([method, path, answer]) => matches(answer, method, path, 200));
  });

  test('holds for what is refused', async () => {
    const channelId = newChannel();
    const api = new Api(server, signIn());
    const stranger = new Api(server);
    const shut = new Api(server, signIn(grants({})));
    const routes = [
      ['post', JOIN, (each, id) => each.join(id)],
      ['post', LEAVE, (each, id) => each.leave(id)],
      ['post', REFRESH, (each, id) => each.refresh(id)],
      ['patch', STATE, (each, id) => each.update(id, { isMuted: true })],
      ['get', CHANNEL, (each, id) => each.channel(id)],
    ];
    for (const [method, path, act] of routes) {
      matches(await act(stranger, channelId), method, path, 401);
      matches(await act(api, 'a%20b'), method, path, 400);
      if (path !== LEAVE) {
        matches(await act(shut, channelId), method, path, 403);
        matches(await act(new Api(fixed, signIn()), 'attic'), method, path, 404);
      }
    }
    for (const [method, path, answer] of [
      ['get', ME, await stranger.me()],
      ['delete', ME, await stranger.leaveAll()],
      ['get', MANY, await stranger.channels('c-x')],
      ['get', '/channels', await stranger.get('/channels')],
    ]) {
      matches(answer, method, path, 401);
    }
    matches(await api.channels('a b'), 'get', MANY, 400);
    const type = { headers: { 'content-type': 'text/plain' } };
    const state = `/voice-presence/${channelId}/state`;
    matches(await api.send('PATCH', state, { body: '{}', ...type }), 'patch', STATE, 415);
    matches(await api.send('PATCH', state, { json: { isMuted: 'x'.repeat(70_000) } }), 'patch', STATE, 413);
    matches(await api.update(channelId, {}), 'patch', STATE, 400);
    const nobody = new Api(demo);
    matches(await nobody.send('POST', '/demo/token', { json: { username: '' } }), 'post', '/demo/token', 400);
    matches(await nobody.send('POST', '/demo/token', { body: 'x', ...type }), 'post', '/demo/token', 415);
    matches(await stranger.send('POST', '/demo/token', { json: { username: 'x' } }), 'post', '/demo/token', 404);
  });

  test('holds for a channel that is full', async () => {
    const people = [1, 2, 3].map(() => new Api(fixed, signIn()));
    await people[0].join('lounge');
    await people[1].join('lounge');
    matches(await people[2].join('lounge'), 'post', JOIN, 409);
  });

  test('holds for who asks too much, at every route', async () => {
    const api = new Api(fixed, signIn({ sub: newUserId() }));
    const routes = [
      ['get', ME, () => api.me()],
      ['delete', ME, () => api.leaveAll()],
      ['get', '/channels', () => api.get('/channels')],
      ['get', MANY, () => api.channels('hall')],
      ['get', CHANNEL, () => api.channel('hall')],
      ['post', JOIN, () => api.join('lounge')],
      ['post', LEAVE, () => api.leave('lounge')],
      ['post', REFRESH, () => api.refresh('lounge')],
      ['patch', STATE, () => api.update('lounge', { isMuted: true })],
    ];
    for (const [method, path, act] of routes) {
      let answer;
      do {
        answer = await act();
      } while (answer.status !== 429);
      matches(answer, method, path, 429);
    }
  });

  test('has examples of its own form', () => {
    const examples = [];
    (function walk(node, at) {
      if (node === null || typeof node !== 'object') {
        return;
      }
      if (node.schema && node.example !== undefined) {
        examples.push([`${at}/schema`, node.example]);
      }
      if (node.schema && node.examples) {
        Object.values(node.examples).forEach(({ value }) => examples.push([`${at}/schema`, value]));
      }
      for (const [key, child] of Object.entries(node)) {
        walk(child, `${at}${pointer(key)}`);
      }
    })(document, '');
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      (schema.examples ?? []).forEach((example) => examples.push([pointer('components', 'schemas', name), example]));
    }
    assert.ok(examples.length > 20);
    for (const [at, example] of examples) {
      const validate = schemaAt(at);
      assert.ok(validate(example), `${at}: ${ajv.errorsText(validate.errors)}`);
    }
  });

  test('has no other codes than the table of errors', () => {
    assert.deepEqual([...document.components.schemas.ErrorCode.enum].sort(), [
      'channel_access_denied',
      'channel_full',
      'channel_not_found',
      'internal',
      'invalid_request',
      'method_not_allowed',
      'not_found',
      'not_in_channel',
      'payload_too_large',
      'rate_limited',
      'unauthenticated',
      'unavailable',
      'unsupported_media_type',
    ]);
  });
});
