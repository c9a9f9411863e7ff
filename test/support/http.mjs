// Requests as a client sends them, and what an answer must look like.
import assert from 'node:assert/strict';
import { request } from 'node:http';

/** The fields of a user in the order of the contract; the optional ones are left out when absent. */
export const USER_FIELDS = [
  'id',
  'username',
  'displayName',
  'avatarUrl',
  'joinedAt',
  'isVideoEnabled',
  'isScreenSharing',
  'isMuted',
  'isDeafened',
  'isServerMuted',
  'isServerDeafened',
];

export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

const STATUS = {
  invalid_request: 400,
  unauthenticated: 401,
  channel_access_denied: 403,
  channel_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  channel_full: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
};

/** One user's HTTP client. */
export class Api {
  constructor(server, token) {
    this.url = server.url;
    this.token = token;
  }

  /**
   * Sends a request.
   *
   * @param {string} path from the root, already encoded
   * @param {{json?: unknown, body?: unknown, headers?: Record<string, string>}} options `json` is sent
   *   as JSON, `body` as it is
   */
  async send(method, path, { json, body, headers = {}, ...rest } = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? body : JSON.stringify(json),
      signal: AbortSignal.timeout(20_000),
      ...rest,
    });
    return answer(response.status, response.headers, await response.text());
  }

  get(path) {
    return this.send('GET', path);
  }

  join(channelId) {
    return this.send('POST', `/voice-presence/${channelId}/join`);
  }

  leave(channelId) {
    return this.send('POST', `/voice-presence/${channelId}/leave`);
  }

  refresh(channelId) {
    return this.send('POST', `/voice-presence/${channelId}/refresh`);
  }

  channel(channelId) {
    return this.send('GET', `/voice-presence/${channelId}`);
  }

  update(channelId, json) {
    return this.send('PATCH', `/voice-presence/${channelId}/state`, { json });
  }

  channels(...channelIds) {
    return this.get(`/voice-presence?${new URLSearchParams(channelIds.map((id) => ['channelId', id]))}`);
  }

  me() {
    return this.get('/voice-presence/me');
  }

  leaveAll() {
    return this.send('DELETE', '/voice-presence/me');
  }
}

/** Sends a request with exactly this path and these headers, which fetch would tidy up. */
export function raw(server, { method = 'GET', path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, method, path, headers, timeout: 20_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(answer(response.statusCode, new Headers(response.headers), text)));
    });
    sent.on('error', reject).on('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.end(body);
  });
}

function answer(status, headers, text) {
  const json = /json/.test(headers.get('content-type') ?? '') && text !== '';
  return { status, headers, text, body: json ? JSON.parse(text) : undefined };
}

/** The answer is a success in JSON; gives its body. */
export function ok(response) {
  assert.equal(response.status, 200, `${response.status}: ${response.text}`);
  assert.match(response.headers.get('content-type'), /^application\/json\b/);
  assert.doesNotMatch(response.text, /:null\b/, 'absent optionals are left out');
  return response.body;
}

/** The answer is the problem of this code, in the form of RFC 9457 and with nothing else in it. */
export function problem(response, code, detail) {
  const { body } = response;
  assert.equal(response.status, STATUS[code], `${response.status}: ${response.text}`);
  assert.match(response.headers.get('content-type'), /^application\/problem\+json\b/);
  assert.deepEqual(Object.keys(body), ['type', 'title', 'status', 'detail', 'code']);
  assert.equal(body.status, STATUS[code]);
  assert.equal(body.code, code);
  for (const field of ['type', 'title', 'detail']) {
    assert.equal(typeof body[field], 'string');
    assert.notEqual(body[field], '', field);
  }
  assert.doesNotMatch(response.text, /Exception|\bat [a-z]+\.[a-z]+\./, 'no insides of the server');
  if (detail !== undefined) {
    assert.equal(body.detail, detail);
  }
  if (code === 'unauthenticated') {
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer\b/);
  }
  return body;
}

/** The user has the contract's fields in the contract's order, and no others. */
export function wellFormed(user) {
  const keys = Object.keys(user);
  assert.deepEqual(keys, USER_FIELDS.filter((field) => keys.includes(field)));
  for (const field of ['id', 'username']) {
    assert.equal(typeof user[field], 'string');
  }
  for (const flag of ['isVideoEnabled', 'isScreenSharing', 'isMuted', 'isDeafened']) {
    assert.equal(typeof user[flag], 'boolean');
  }
  assert.match(user.joinedAt, INSTANT);
  assert.equal(new Date(user.joinedAt).toISOString(), user.joinedAt);
  return user;
}

/** What a user looks like right after a join, given what the token said. */
export function joined(profile, joinedAt, flags = {}) {
  return {
    ...profile,
    joinedAt,
    isVideoEnabled: false,
    isScreenSharing: false,
    isMuted: false,
    isDeafened: false,
    ...flags,
  };
}
