// Users and their tokens. Every token that a test file hands out is remembered, so that the file can
// prove at its end that none of them went into a log.
import { createHmac } from 'node:crypto';

import { SECRET, token } from './server.mjs';

/** Every token that {@link signIn} and {@link forge} gave out in this process. */
export const tokens = [];

let counter = 0;

/** A channel id of this run's own, so that tests never meet each other. */
export function newChannel(prefix = 'c-') {
  counter += 1;
  return `${prefix}${process.pid}-${counter}`;
}

/** A user id of this run's own. */
export function newUserId(name = 'u') {
  counter += 1;
  return `${name}-${counter}`;
}

/** The claim that allows what `channels` says: `{'<id or prefix*>': ['view', 'join', 'moderate']}`. */
export const grants = (channels) => ({ voice: { channels } });

/**
 * A token of a user who may join every channel of {@link newChannel}, unless the claims say otherwise.
 *
 * @param {Record<string, unknown>} claims over the defaults; `undefined` leaves a claim out
 */
export function signIn(claims = {}, options) {
  return remember(token({ sub: newUserId(), ...grants({ 'c-*': ['join'] }), ...claims }, options));
}

/** A token with any header and claims, signed (or not) by `sign`. */
export function forge(header, claims, sign = hmac('sha256', SECRET)) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims)}`;
  return remember(`${signed}.${sign(signed)}`);
}

/** Signs by HMAC. */
export function hmac(hash, secret) {
  return (signed) => createHmac(hash, secret).update(signed).digest('base64url');
}

/** The clock of tokens. */
export const seconds = () => Math.floor(Date.now() / 1000);

function remember(signed) {
  tokens.push(signed);
  return signed;
}
