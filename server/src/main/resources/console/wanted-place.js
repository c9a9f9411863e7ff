/** What a person sets for oneself; the rest of a user is the server's or a moderator's. */
const FLAGS = ['isMuted', 'isDeafened', 'isVideoEnabled', 'isScreenSharing'];

/**
 * The channel that this tab means to be in, and its switches there. It comes back to both after a
 * reload, a restart of the server, or under a new name.
 */
export class WantedPlace {
  #memory;

  /** @param {import('./tab-memory.js').TabMemory} memory */
  constructor(memory) {
    this.#memory = memory;
  }

  get channelId() {
    return this.#memory.get('channel');
  }

  /** Switches belong to one channel: another one begins with all of them off. */
  set channelId(channelId) {
    if (channelId !== this.channelId) {
      this.#memory.set('flags', undefined);
    }
    this.#memory.set('channel', channelId);
  }

  /**
   * Remembers the switches as the server has them, after a change of ours or of another device.
   *
   * @param {object} user ourselves in the wanted channel
   */
  keepFlags(user) {
    this.#memory.set('flags', Object.fromEntries(FLAGS.map((flag) => [flag, user[flag]])));
  }

  /**
   * @param {object} user ourselves, as a join shows us
   * @returns {Record<string, boolean> | undefined} the flags to send, if any are not as wanted
   */
  missingFlags(user) {
    const wanted = Object.entries(this.#memory.get('flags') ?? {});
    const missing = wanted.filter(([flag, on]) => user[flag] !== on);
    return missing.length > 0 ? Object.fromEntries(missing) : undefined;
  }
}
