/**
 * What the server said about each channel, kept up to date from one snapshot and the events after it.
 *
 * The store is pure: it knows no socket and no page. It never guesses: a user appears, changes and
 * goes only when the server says so.
 */
export class PresenceStore {
  #channels = new Map();

  /**
   * Takes a channel's snapshot: from a subscription, from a join, or after a reconnection.
   *
   * @param {{channelId: string, version: number, users: object[]}} snapshot
   * @returns {boolean} whether the channel now shows it
   */
  applySnapshot({ channelId, version, users }) {
    const held = this.#channels.get(channelId);
    // Versions never fall while one is connected, so an older snapshot was merely slow to arrive.
    // 0 is no age: it says that the server stores none, because the channel has been empty for long.
    if (held?.synced && version !== 0 && version < held.version) {
      return false;
    }
    const members = new Map(users.map((user) => [user.id, user]));
    this.#channels.set(channelId, { version, members, synced: true });
    return true;
  }

  /**
   * Takes one event. Ignored are events that the state already includes (an old or repeated version)
   * and those of a channel whose snapshot is still to come, because it will include them.
   *
   * @param {'joined' | 'left' | 'updated'} kind
   * @param {{channelId: string, version: number, user: object, userId?: string}} event
   * @returns {boolean} whether the event was news
   */
  applyEvent(kind, { channelId, version, user, userId }) {
    const channel = this.#channels.get(channelId);
    if (!channel?.synced || version <= channel.version) {
      return false;
    }
    channel.version = version;
    if (kind === 'left') {
      channel.members.delete(userId ?? user.id);
    } else {
      channel.members.set(user.id, user);
    }
    return true;
  }

  /** Marks every channel as last known: until its next snapshot, no event can be trusted to fit. */
  markStale() {
    for (const channel of this.#channels.values()) {
      channel.synced = false;
    }
  }

  /** Forgets everything, for another user may see other channels. */
  clear() {
    this.#channels.clear();
  }

  /**
   * @param {string} channelId
   * @returns {{version: number, synced: boolean, users: object[]}} oldest first, ties by id
   */
  channel(channelId) {
    const channel = this.#channels.get(channelId);
    if (!channel) {
      return { version: 0, synced: false, users: [] };
    }
    return {
      version: channel.version,
      synced: channel.synced,
      users: [...channel.members.values()].sort(byJoining),
    };
  }

  /**
   * @param {string} channelId
   * @param {string} userId
   * @returns {object | undefined} the user, when in that channel
   */
  member(channelId, userId) {
    return this.#channels.get(channelId)?.members.get(userId);
  }

  /**
   * @param {string} userId
   * @returns {string[]} the ids of the channels that the user is in
   */
  channelsOf(userId) {
    return [...this.#channels.keys()].filter((id) => this.member(id, userId));
  }
}

/** Timestamps have one fixed format, in which the order of characters is the order of time. */
function byJoining(a, b) {
  return compare(a.joinedAt, b.joinedAt) || compare(a.id, b.id);
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
