import { ChannelList } from './channel-list.js';
import { PresenceStore } from './presence-store.js';
import { SignIn } from './sign-in.js';
import { createView } from './view.js';
import { WantedPlace } from './wanted-place.js';
import { describeError, describeEvent } from './words.js';

/** How long to wait when the server was reached but could not answer. */
const SYNCHRONISE_AGAIN_MS = 2_000;

/** Refusals that another attempt would meet again: the tab gives the channel up. */
const LASTING_REFUSALS = ['not_in_channel', 'channel_not_found', 'channel_access_denied', 'channel_full'];

/**
 * Brings connection, store and page together. What is shown comes from the server alone: a click
 * sends a command, and the page changes when the server's answer or event arrives.
 */
export class Controller {
  #store = new PresenceStore();
  #wanted;
  #channels;
  #signIn;
  #view;
  #connection = 'connecting';
  #wasLost = false;
  #commands = Promise.resolve();
  #wasMoved = false;
  #renderQueued = false;

  /** @param {import('./tab-memory.js').TabMemory} memory */
  constructor(memory) {
    this.#wanted = new WantedPlace(memory);
    this.#channels = new ChannelList(memory);
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
    this.#signIn = new SignIn(memory, {
      changed: (state) => this.#onConnection(state),
      tokenNeeded: (why) => this.#view.askForToken(why),
      event: (kind, event, name) => this.#onEvent(kind, event, name),
    });
  }

  start() {
    this.#render();
    return this.#signIn.start();
  }

  get #session() {
    return this.#signIn.session;
  }

  get #realtime() {
    return this.#signIn.realtime;
  }

  /** The channel that the switches act on: the wanted one, or one that another device joined. */
  #home() {
    const present = this.#store.channelsOf(this.#session.userId);
    return present.includes(this.#wanted.channelId) ? this.#wanted.channelId : present[0];
  }

  #onConnection(state) {
    this.#noteConnection(state);
    this.#connection = state;
    if (state === 'connected') {
      this.#synchronise();
    } else if (state === 'signed-out') {
      this.#store.clear();
      this.#channels.clear();
    } else {
      this.#store.markStale();
    }
    this.#render();
  }

  /** Writes into the log that the connection went and came back. */
  #noteConnection(state) {
    if (state === 'reconnecting' && this.#connection === 'connected') {
      this.#wasLost = true;
      this.#view.note('Connection lost');
    } else if (state === 'connected' && this.#wasLost) {
      this.#wasLost = false;
      this.#view.note('Back again');
    } else if (state === 'signed-out') {
      this.#wasLost = false;
    }
  }

  /** Gets back to where the tab was, and to the true state of every channel. */
  async #synchronise() {
    try {
      // The return comes first, because the grace for a lost connection is running out.
      await Promise.all([this.#rejoin(), this.#readChannels()]);
    } catch (error) {
      if (this.#signIn.isConnected) {
        this.#report(error, 'the channels');
        setTimeout(() => this.#signIn.isConnected && this.#synchronise(), SYNCHRONISE_AGAIN_MS);
      }
    }
  }

  async #rejoin() {
    const { channelId } = this.#wanted;
    if (!channelId) {
      return;
    }
    try {
      await this.#enter(channelId);
      await this.#restoreFlags(channelId);
    } catch (error) {
      if (!LASTING_REFUSALS.includes(error.code)) {
        throw error;
      }
      this.#wanted.channelId = undefined;
      this.#report(error, channelId);
    }
  }

  /** Who joined anew, after a restart of the server or under a new name, has all switches off there. */
  async #restoreFlags(channelId) {
    const me = this.#store.member(channelId, this.#session.userId);
    const missing = me && this.#wanted.missingFlags(me);
    if (missing) {
      await this.#realtime.updateState(channelId, missing);
    }
  }

  async #readChannels() {
    await this.#channels.read(this.#session.token);
    await this.#subscribe(this.#channels.ids);
  }

  async #subscribe(channelIds) {
    const { channels, denied } = await this.#realtime.subscribe(channelIds);
    channels.forEach((snapshot) => this.#store.applySnapshot(snapshot));
    this.#channels.subscribed(channelIds, denied);
    this.#render();
  }

  #onEvent(kind, event, name) {
    if (!this.#store.applyEvent(kind, event)) {
      return;
    }
    const { channelId, version, reason, user } = event;
    if (user.id === this.#session.userId) {
      this.#followMyself(kind, event);
    }
    const text = describeEvent(kind, event, this.#channels.labelOf(channelId));
    this.#view.log({ kind, text, userId: user.id, channelId, version, reason, name, event });
    this.#render();
  }

  /** Someone else may move or remove us, or another device of ours may leave: do not fight it. */
  #followMyself(kind, { channelId, reason, user }) {
    if (kind === 'left' && channelId === this.#wanted.channelId) {
      this.#wanted.channelId = undefined;
      this.#wasMoved = reason === 'moved';
    } else if (kind === 'joined' && this.#wasMoved) {
      this.#wanted.channelId = channelId;
      this.#wasMoved = false;
    } else if (kind === 'updated' && channelId === this.#wanted.channelId) {
      this.#wanted.keepFlags(user);
    }
    if (kind === 'left' && reason === 'disconnected') {
      this.#view.notify(`A moderator removed you from ${this.#channels.labelOf(channelId)}.`);
    }
  }

  async #enter(channelId) {
    const snapshot = await this.#realtime.join(channelId);
    const joinedAt = () => this.#store.member(channelId, this.#session.userId)?.joinedAt;
    const shown = joinedAt();
    this.#store.applySnapshot(snapshot);
    this.#wanted.channelId = channelId;
    // The event of our join is no news after this answer, so it is not logged: this line is instead.
    if (joinedAt() !== shown) {
      this.#view.note(`You are in ${this.#channels.labelOf(channelId)}`);
    }
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
      if (this.#wanted.channelId === channelId) {
        this.#wanted.channelId = undefined;
      }
    });
  }

  #setFlag(flag, on) {
    const channelId = this.#home();
    return this.#act(channelId, async () => {
      const { user } = await this.#realtime.updateState(channelId, { [flag]: on });
      if (channelId === this.#wanted.channelId) {
        this.#wanted.keepFlags(user);
      }
    });
  }

  #openChannel(channelId) {
    return this.#act(channelId, async () => {
      await this.#subscribe([channelId]);
      const code = this.#channels.deniedCode(channelId);
      if (code) {
        this.#view.notify(describeError(code, channelId));
      } else {
        this.#channels.open(channelId);
        this.#render();
      }
    });
  }

  /** Becomes another user, in the same channel and with the same switches. */
  #rename(name) {
    return this.#act('the sign-in', async () => {
      const channelId = this.#home();
      const me = channelId && this.#store.member(channelId, this.#session.userId);
      await this.#session.signInAs(name);
      await this.#depart(channelId);
      this.#wanted.channelId = channelId;
      if (me) {
        this.#wanted.keepFlags(me);
      }
      this.#view.note(`You are now ${this.#session.username}`);
      this.#signIn.restart();
    });
  }

  /** @returns {string | undefined} what is wrong with the token, for people */
  #useToken(token) {
    try {
      this.#session.adopt(token);
    } catch {
      return 'This is not a JWT with the claims “sub” and “exp”. Copy the whole token and try again.';
    }
    this.#signIn.restart();
    return undefined;
  }

  #changeToken() {
    return this.#act('the sign-in', async () => {
      await this.#depart(this.#home());
      this.#signIn.signOut('');
    });
  }

  /** Leaves at once instead of after the grace, if the server can be told. */
  async #depart(channelId) {
    if (channelId && this.#signIn.isConnected) {
      await this.#realtime.leave(channelId);
    }
    this.#wanted.channelId = undefined;
  }

  /** Carries out what a person asked for, one after the other, in the order of the clicks. */
  #act(channelId, command) {
    this.#commands = this.#commands.then(command).catch((error) => this.#report(error, channelId));
    return this.#commands;
  }

  #report(error, channelId) {
    this.#view.notify(describeError(error.code ?? 'no_answer', this.#channels.labelOf(channelId)));
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
    const canAct = this.#signIn.isConnected;
    const home = this.#home();
    return {
      session: this.#session,
      connection: this.#connection,
      canList: this.#channels.canList,
      isReady: this.#channels.isReady,
      cards: this.#channels.shown.map((channel) => {
        const { users, synced } = this.#store.channel(channel.id);
        const denied = this.#channels.deniedCode(channel.id);
        return { channel, users, isSynced: synced, myId, canAct, denied };
      }),
      home: {
        me: home && this.#store.member(home, myId),
        label: home && this.#channels.labelOf(home),
        canAct,
      },
    };
  }
}
