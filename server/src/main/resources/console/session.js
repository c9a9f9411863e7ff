import { requestDemoToken } from './api.js';
import { randomName } from './names.js';

/** A token that ends sooner than this is not worth starting with. */
const LEAST_REMAINING_MS = 30_000;

/** How long before its end a token is renewed, where its lifetime allows. */
const RENEW_BEFORE_MS = 60_000;

/**
 * Who this tab is, and the token that proves it.
 *
 * In demo mode the session asks the server for tokens. Elsewhere it keeps the token that a person
 * pasted, which it cannot renew.
 */
export class Session {
  #memory;
  #state;

  /** @param {import('./tab-memory.js').TabMemory} memory */
  constructor(memory) {
    this.#memory = memory;
    this.#state = memory.get('session') ?? {};
  }

  get token() {
    return this.#state.token;
  }

  get userId() {
    return this.#state.userId;
  }

  get username() {
    return this.#state.username;
  }

  /** Whether the token was pasted, so that another can only come from a person. */
  get isPasted() {
    return this.#state.pasted === true;
  }

  /** Milliseconds until the token should be renewed: a minute before its end, or half-way there. */
  get renewInMs() {
    const remaining = this.#remainingMs();
    return Math.max(remaining - RENEW_BEFORE_MS, remaining / 2, 0);
  }

  /**
   * Goes on as the user whom the tab remembers, or as a new one.
   *
   * @returns {Promise<boolean>} false when a person has to paste a token
   */
  async resume() {
    return this.#remainingMs() > LEAST_REMAINING_MS || this.renew();
  }

  /**
   * Gets another token for the same user.
   *
   * @returns {Promise<boolean>} false when a person has to paste one
   */
  async renew() {
    return this.isPasted ? false : this.signInAs(this.username ?? randomName());
  }

  /**
   * Signs in to the demo.
   *
   * @param {string} username
   * @returns {Promise<boolean>} false when the server is not in demo mode
   */
  async signInAs(username) {
    try {
      const { token, userId, username: accepted, expiresAt } = await requestDemoToken(username);
      this.#keep({ token, userId, username: accepted, endsAt: Date.parse(expiresAt) });
      return true;
    } catch (error) {
      if (error.status === 404) {
        return false;
      }
      throw error;
    }
  }

  /**
   * Uses a token from elsewhere. The server judges it; here it is only read.
   *
   * @param {string} token
   * @throws {Error} when it is no JWT with `sub` and `exp`
   */
  adopt(token) {
    const claims = readClaims(token);
    this.#keep({
      token,
      userId: claims.sub,
      username: claims.displayName ?? claims.name ?? claims.username ?? claims.preferred_username ?? claims.sub,
      endsAt: claims.exp * 1000,
      pasted: true,
    });
  }

  /** Forgets a token that is of no use any more. */
  forget() {
    this.#state = {};
    this.#memory.set('session', undefined);
  }

  #keep(state) {
    this.#state = state;
    this.#memory.set('session', state);
  }

  #remainingMs() {
    return (this.#state.endsAt ?? 0) - Date.now();
  }
}

function readClaims(token) {
  const [, payload = ''] = token.split('.');
  const bytes = Uint8Array.from(
    atob(payload.replaceAll('-', '+').replaceAll('_', '/')),
    (character) => character.charCodeAt(0),
  );
  const claims = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof claims.sub !== 'string' || typeof claims.exp !== 'number') {
    throw new Error('The token has no sub or no exp');
  }
  return claims;
}
