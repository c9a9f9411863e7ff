import { listChannels } from './api.js';
import { PresenceStore } from './presence-store.js';
import { Realtime } from './realtime.js';
import { Session } from './session.js';
import { createView } from './view.js';
import { describeError, describeEvent } from './words.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** How long to wait when the server was reached but could not answer. */
const SYNCHRONISE_AGAIN_MS = 2_000;

/** Refusals that another attempt would meet again: the tab gives the channel up. */
const LASTING_REFUSALS = ['not_in_channel', 'channel_not_found', 'channel_access_denied', 'channel_full'];

/** The longest delay that a browser's timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Brings session, connection, store and page together. What is shown comes from the server alone: a
 * click sends a command, and the page changes when the server's answer or event arrives.
 */
export class Controller {
  #memory;
  #session;
  #store = new PresenceStore();
  #realtime;
  #view;
  #connection = 'connecting';
  #channels = [];
  #canList = true;
  #isListed = false;
  #denied = new Map();
  #commands = Promise.resolve();
  #wasMoved = false;
  #retries = 0;
  #renewTimer;
  #renderQueued = false;

  /** @param {import('./tab-memory.js').TabMemory} memory */
  constructor(memory) {
    this.#memory = memory;
    this.#session = new Session(memory);
    this.#view = createView({
      join: (id) => this.#join(id),
      leave: (id) => this.#leave(id),
      leaveHome: () => this.#leave(this.#home()),
      setFlag: (flag, on) => this.#setFlag(flag, on),
      openChannel: (id) => this.#openChannel(id),
      rename: (name) => this.#rename(name),
      useToken: (token) => this.#useToken(token),
      changeToken: () => this.#changeToken(),
      canRename: () => !this.#session.isPasted,
      username: () => this.#session.username ?? '',
    });
    this.#realtime = new Realtime({
      token: () => this.#session.token,
      connected: () => this.#onConnected(),
      interrupted: () => this.#onInterrupted(),
      ended: (code) => this.#onEnded(code),
      event: (kind, event, name) => this.#onEvent(kind, event, name),
    });
  }

  /** Signs in and connects, and goes on trying until both work or a person is needed. */
  async start() {
    this.#render();
    await this.#connectWith(() => this.#session.resume());
  }

  /** The channel that this tab means to be in; it comes back to it after a reload. */
  get #wanted() {
    return this.#memory.get('channel');
  }

  set #wanted(channelId) {
    this.#memory.set('channel', channelId);
  }

  /** The channel that the switches act on: the wanted one, or one that another device joined. */
  #home() {
    const present = this.#store.channelsOf(this.#session.userId);
    return present.includes(this.#wanted) ? this.#wanted : present[0];
  }

  async #connectWith(signIn) {
    try {
      if (await signIn()) {
        this.#realtime.connect();
        this.#render();
      } else {
        this.#signOut('');
      }
    } catch {
      this.#retry(signIn);
    }
  }

  #retry(signIn) {
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#retries, LAST_RETRY_MS);
    this.#retries += 1;
    setTimeout(() => this.#connectWith(signIn), delay);
  }

  async #onConnected() {
    this.#retries = 0;
    this.#setConnection('connected');
    this.#scheduleRenewal();
    await this.#synchronise();
  }

  /** Gets back to where the tab was, and to the true state of every channel. */
  async #synchronise() {
    try {
      // The return comes first, because the grace for a lost connection is running out.
      await Promise.all([this.#rejoin(), this.#readChannels()]);
    } catch (error) {
      this.#report(error, 'the channels');
      setTimeout(() => this.#connection === 'connected' && this.#synchronise(), SYNCHRONISE_AGAIN_MS);
    }
  }

  async #rejoin() {
    const channelId = this.#wanted;
    if (!channelId) {
      return;
    }
    try {
      await this.#enter(channelId);
    } catch (error) {
      if (!LASTING_REFUSALS.includes(error.code)) {
        throw error;
      }
      this.#wanted = undefined;
      this.#report(error, channelId);
    }
  }

  #onInterrupted() {
    this.#store.markStale();
    this.#setConnection('reconnecting');
  }

  /** The server closed or refused the connection: nothing happens unless we begin anew. */
  #onEnded(code) {
    this.#onInterrupted();
    const isTokenBad = code === 'unauthenticated' || this.#session.renewInMs === 0;
    if (isTokenBad && this.#session.isPasted) {
      this.#signOut('The token is not valid any more. Paste a new one to go on.');
    } else {
      this.#retry(() => (isTokenBad ? this.#session.renew() : this.#session.resume()));
    }
  }

  #onEvent(kind, event, name) {
    if (!this.#store.applyEvent(kind, event)) {
      return;
    }
    const { channelId, version, reason, user } = event;
    if (user.id === this.#session.userId) {
      this.#followMyself(kind, channelId, reason);
    }
    const text = describeEvent(kind, event, this.#labelOf(channelId));
    this.#view.log({ kind, text, userId: user.id, channelId, version, reason, name, event });
    this.#render();
  }

  /** Someone else may move or remove us, or another device of ours may leave: do not fight it. */
  #followMyself(kind, channelId, reason) {
    if (kind === 'left' && channelId === this.#wanted) {
      this.#wanted = undefined;
      this.#wasMoved = reason === 'moved';
    } else if (kind === 'joined' && this.#wasMoved) {
      this.#wanted = channelId;
      this.#wasMoved = false;
    }
    if (kind === 'left' && reason === 'disconnected') {
      this.#view.notify(`A moderator removed you from ${this.#labelOf(channelId)}.`);
    }
  }

  async #readChannels() {
    try {
      this.#channels = await listChannels(this.#session.token);
      this.#canList = true;
    } catch (error) {
      if (error.status !== 404) {
        throw error;
      }
      this.#canList = false;
      this.#channels = (this.#memory.get('opened') ?? []).map((id) => ({ id }));
    }
    this.#isListed = true;
    this.#render();
    await this.#subscribe(this.#channels.map((channel) => channel.id));
  }

  async #subscribe(channelIds) {
    const { channels, denied } = await this.#realtime.subscribe(channelIds);
    channels.forEach((snapshot) => this.#store.applySnapshot(snapshot));
    channelIds.forEach((id) => this.#denied.delete(id));
    denied.forEach(({ channelId, code }) => this.#denied.set(channelId, code));
    this.#render();
  }

  async #enter(channelId) {
    this.#store.applySnapshot(await this.#realtime.join(channelId));
    this.#wanted = channelId;
    this.#render();
  }

  /** Joins first and leaves the old channel then: who finds the new one full stays where they were. */
  #join(channelId) {
    return this.#act(channelId, async () => {
      const old = this.#home();
      await this.#enter(channelId);
      if (old && old !== channelId) {
        await this.#realtime.leave(old);
      }
    });
  }

  #leave(channelId) {
    return this.#act(channelId, async () => {
      await this.#realtime.leave(channelId);
      if (this.#wanted === channelId) {
        this.#wanted = undefined;
      }
    });
  }

  #setFlag(flag, on) {
    const channelId = this.#home();
    return this.#act(channelId, () => this.#realtime.updateState(channelId, { [flag]: on }));
  }

  #openChannel(channelId) {
    return this.#act(channelId, async () => {
      const opened = this.#memory.get('opened') ?? [];
      if (!channelId || opened.includes(channelId)) {
        return;
      }
      await this.#subscribe([channelId]);
      const code = this.#denied.get(channelId);
      if (code) {
        this.#view.notify(describeError(code, channelId));
        return;
      }
      this.#memory.set('opened', [...opened, channelId]);
      this.#channels = [...this.#channels, { id: channelId }];
      this.#render();
    });
  }

  /** Carries out what a person asked for, one after the other, in the order of the clicks. */
  #act(channelId, command) {
    this.#commands = this.#commands.then(command).catch((error) => this.#report(error, channelId));
    return this.#commands;
  }

  #report(error, channelId) {
    this.#view.notify(describeError(error.code ?? 'no_answer', this.#labelOf(channelId)));
  }

  /** Becomes another user, in the same channel. */
  #rename(name) {
    return this.#act('the sign-in', async () => {
      const channelId = this.#home();
      await this.#session.signInAs(name);
      await this.#depart(channelId);
      this.#disconnect();
      this.#wanted = channelId;
      this.#realtime.connect();
    });
  }

  #changeToken() {
    return this.#act('the sign-in', async () => {
      await this.#depart(this.#home());
      this.#signOut('');
    });
  }

  /** Leaves at once instead of after the grace, if the server can be told. */
  async #depart(channelId) {
    if (channelId && this.#connection === 'connected') {
      await this.#realtime.leave(channelId);
    }
    this.#wanted = undefined;
  }

  /** @returns {string | undefined} what is wrong with the token, for people */
  #useToken(token) {
    try {
      this.#session.adopt(token);
    } catch {
      return 'This is not a JWT with the claims “sub” and “exp”. Copy the whole token and try again.';
    }
    this.#disconnect();
    this.#realtime.connect();
    return undefined;
  }

  #signOut(why) {
    this.#disconnect();
    this.#session.forget();
    this.#channels = [];
    this.#isListed = false;
    this.#setConnection('signed-out');
    this.#view.askForToken(why);
  }

  #disconnect() {
    clearTimeout(this.#renewTimer);
    this.#realtime.disconnect();
    this.#store.clear();
    this.#setConnection('connecting');
  }

  #scheduleRenewal() {
    clearTimeout(this.#renewTimer);
    if (!this.#session.isPasted) {
      const delay = Math.min(this.#session.renewInMs, MAX_TIMER_MS);
      this.#renewTimer = setTimeout(() => this.#renew(), delay);
    }
  }

  async #renew() {
    try {
      await this.#session.renew();
      await this.#realtime.refreshAuthentication(this.#session.token);
      this.#scheduleRenewal();
    } catch {
      // The server will end the connection with the old token, and #onEnded begins anew.
    }
  }

  #setConnection(state) {
    this.#connection = state;
    this.#render();
  }

  #labelOf(channelId) {
    return this.#channels.find((channel) => channel.id === channelId)?.name ?? channelId;
  }

  /** Draws at most once per frame, however many events arrive. */
  #render() {
    if (!this.#renderQueued) {
      this.#renderQueued = true;
      requestAnimationFrame(() => {
        this.#renderQueued = false;
        this.#view.render(this.#state());
      });
    }
  }

  #state() {
    const myId = this.#session.userId;
    const canAct = this.#connection === 'connected';
    const home = this.#home();
    return {
      session: this.#session,
      connection: this.#connection,
      canList: this.#canList,
      isListed: this.#isListed,
      cards: this.#channels.map((channel) => {
        const { users, synced } = this.#store.channel(channel.id);
        return { channel, users, isSynced: synced, myId, canAct, denied: this.#denied.get(channel.id) };
      }),
      home: {
        me: home && this.#store.member(home, myId),
        label: home && this.#labelOf(home),
        canAct,
      },
    };
  }
}
