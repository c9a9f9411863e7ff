import { listChannels } from './api.js';

/**
 * The channels on the page: those that the server lists, or where it cannot list any, those that a
 * person opened by id in this tab.
 */
export class ChannelList {
  #memory;
  #channels = [];
  #denied = new Map();
  #canList = true;
  #isReady = false;

  /** @param {import('./tab-memory.js').TabMemory} memory */
  constructor(memory) {
    this.#memory = memory;
  }

  /**
   * @returns {{id: string, name?: string, userLimit?: number, permissions?: string[]}[]} the channels
   *     to draw; none before the list {@link isReady}
   */
  get shown() {
    return this.#isReady ? this.#channels : [];
  }

  get ids() {
    return this.#channels.map((channel) => channel.id);
  }

  /** Whether the server lists channels; true until it says otherwise. */
  get canList() {
    return this.#canList;
  }

  /**
   * Whether list and subscriptions were answered. Only then is it shown: cards that fill up one moment
   * later would push each other about.
   */
  get isReady() {
    return this.#isReady;
  }

  /** @param {string} token */
  async read(token) {
    try {
      this.#channels = await listChannels(token);
      this.#canList = true;
    } catch (error) {
      if (error.status !== 404) {
        throw error;
      }
      this.#channels = this.#opened.map((id) => ({ id }));
      this.#canList = false;
    }
  }

  /** Adds a channel by its id, and remembers it over a reload. */
  open(channelId) {
    if (!this.ids.includes(channelId)) {
      this.#memory.set('opened', [...this.#opened, channelId]);
      this.#channels = [...this.#channels, { id: channelId }];
    }
  }

  /** Forgets the list, for another user may see other channels. */
  clear() {
    this.#channels = [];
    this.#denied.clear();
    this.#isReady = false;
  }

  /**
   * Notes that a subscription to these channels was answered, and what was refused.
   *
   * @param {string[]} channelIds
   * @param {{channelId: string, code: string}[]} denied
   */
  subscribed(channelIds, denied) {
    this.#isReady = true;
    channelIds.forEach((id) => this.#denied.delete(id));
    denied.forEach(({ channelId, code }) => this.#denied.set(channelId, code));
  }

  /** @returns {string | undefined} why the channel cannot be seen, if so */
  deniedCode(channelId) {
    return this.#denied.get(channelId);
  }

  /** @returns {string} the channel's name, or its id */
  labelOf(channelId) {
    return this.#channels.find((channel) => channel.id === channelId)?.name ?? channelId;
  }

  get #opened() {
    return this.#memory.get('opened') ?? [];
  }
}
