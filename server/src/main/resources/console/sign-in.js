import { Realtime } from './realtime.js';
import { Session } from './session.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** The longest delay that a browser's timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Keeps one user signed in and connected: first token, lost connection, token renewed in time, token
 * refused. It goes on trying until it works, or until only a person can help.
 */
export class SignIn {
  #listener;
  #state = 'connecting';
  #retries = 0;
  #retryTimer;
  #renewTimer;

  /**
   * @param {import('./tab-memory.js').TabMemory} memory
   * @param {object} listener
   * @param {(state: 'connecting' | 'connected' | 'reconnecting' | 'signed-out') => void}
   *     listener.changed
   * @param {(why: string) => void} listener.tokenNeeded a person has to paste one
   * @param {(kind: string, event: object, name: string) => void} listener.event
   */
  constructor(memory, listener) {
    this.#listener = listener;
    this.session = new Session(memory);
    this.realtime = new Realtime({
      token: () => this.session.token,
      connected: () => this.#onConnected(),
      interrupted: () => this.#change('reconnecting'),
      ended: (code) => this.#onEnded(code),
      event: listener.event,
    });
  }

  get isConnected() {
    return this.#state === 'connected';
  }

  /** Begins as the user whom the tab remembers, or as a new one. */
  start() {
    return this.#connectWith(() => this.session.resume());
  }

  /** Begins anew with what the session holds now, as another user. */
  restart() {
    this.#disconnect();
    this.#change('connecting');
    this.realtime.connect();
  }

  /** @param {string} why for the person who is asked for a token; may be empty */
  signOut(why) {
    this.#disconnect();
    this.session.forget();
    this.#change('signed-out');
    this.#listener.tokenNeeded(why);
  }

  async #connectWith(getToken) {
    try {
      if (await getToken()) {
        this.realtime.connect();
      } else {
        this.signOut('');
      }
    } catch {
      this.#retry(getToken);
    }
  }

  #retry(getToken) {
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#retries, LAST_RETRY_MS);
    this.#retries += 1;
    this.#retryTimer = setTimeout(() => this.#connectWith(getToken), delay);
  }

  #onConnected() {
    this.#retries = 0;
    this.#scheduleRenewal();
    this.#change('connected');
  }

  /** The server closed or refused the connection: nothing happens unless we begin anew. */
  #onEnded(code) {
    this.#change('reconnecting');
    const isTokenBad = code === 'unauthenticated' || this.session.renewInMs === 0;
    if (isTokenBad && this.session.isPasted) {
      this.signOut('The token is not valid any more. Paste a new one to go on.');
    } else {
      this.#retry(() => (isTokenBad ? this.session.renew() : true));
    }
  }

  #scheduleRenewal() {
    clearTimeout(this.#renewTimer);
    if (!this.session.isPasted) {
      const delay = Math.min(this.session.renewInMs, MAX_TIMER_MS);
      this.#renewTimer = setTimeout(() => this.#renew(), delay);
    }
  }

  async #renew() {
    try {
      await this.session.renew();
      await this.realtime.refreshAuthentication(this.session.token);
      this.#scheduleRenewal();
    } catch {
      // The server ends the connection when the old token does, and #onEnded begins anew.
    }
  }

  #disconnect() {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#renewTimer);
    this.realtime.disconnect();
  }

  #change(state) {
    this.#state = state;
    this.#listener.changed(state);
  }
}
