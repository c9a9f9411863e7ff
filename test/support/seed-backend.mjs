// The other backend: a twin of the Node service that the original design describes, reduced to what it does to Redis.
// Its sequences of commands are the design's, races included, because deployed backends do exactly this.

const TTL = 300;

/** One instance of the other backend. */
export class SeedBackend {
  #redis;
  #channel;

  /**
   * @param redis an ioredis client, of one server or of a Cluster
   * @param {{braces?: boolean}} options `braces`: with the channel id in braces, as everybody writes it on a Cluster
   */
  constructor(redis, { braces = false } = {}) {
    this.#redis = redis;
    this.#channel = braces ? (id) => `{${id}}` : (id) => id;
  }

  userKey(channelId, userId) {
    return `voice_presence:user:${this.#channel(channelId)}:${userId}`;
  }

  membersKey(channelId) {
    return `voice_presence:channel:${this.#channel(channelId)}:members`;
  }

  channelsKey(userId) {
    return `voice_presence:user_channels:${userId}`;
  }

  async joinVoiceChannel(channelId, { id, username, displayName, avatarUrl }) {
    const user = {
      id,
      username,
      displayName,
      avatarUrl,
      joinedAt: new Date(),
      isVideoEnabled: false,
      isScreenSharing: false,
      isMuted: false,
      isDeafened: false,
    };
    await this.#together([
      ['set', this.userKey(channelId, id), JSON.stringify(user), 'EX', TTL],
      ['sadd', this.membersKey(channelId), id],
      ['sadd', this.channelsKey(id), channelId],
    ]);
    return user;
  }

  async leaveVoiceChannel(channelId, userId) {
    const user = await this.#redis.get(this.userKey(channelId, userId));
    if (user === null) {
      return undefined;
    }
    await this.#together([
      ['del', this.userKey(channelId, userId)],
      ['srem', this.membersKey(channelId), userId],
      ['srem', this.channelsKey(userId), channelId],
    ]);
    return JSON.parse(user);
  }

  async getChannelPresence(channelId) {
    const ids = await this.#redis.smembers(this.membersKey(channelId));
    if (ids.length === 0) {
      return [];
    }
    const values = await this.#redis.mget(ids.map((id) => this.userKey(channelId, id)));
    const users = [];
    for (const [i, value] of values.entries()) {
      if (!value) {
        await this.#redis.srem(this.membersKey(channelId), ids[i]);
        continue;
      }
      try {
        const user = JSON.parse(value);
        users.push({ ...user, joinedAt: new Date(user.joinedAt) });
      } catch {
        // It logs a warning and goes on.
      }
    }
    return users.sort((a, b) => a.joinedAt - b.joinedAt);
  }

  async updateVoiceState(channelId, userId, updates) {
    const value = await this.#redis.get(this.userKey(channelId, userId));
    if (value === null) {
      return undefined;
    }
    const user = { ...JSON.parse(value), ...updates };
    await this.#redis.set(this.userKey(channelId, userId), JSON.stringify(user), 'EX', TTL);
    return user;
  }

  refreshPresence(channelId, userId) {
    return this.#redis.expire(this.userKey(channelId, userId), TTL);
  }

  getUserVoiceChannels(userId) {
    return this.#redis.smembers(this.channelsKey(userId));
  }

  /** One pipeline; on a Cluster single commands, since a pipeline must not cross slots there. */
  async #together(commands) {
    if (this.#redis.isCluster) {
      await Promise.all(commands.map(([name, ...words]) => this.#redis[name](...words)));
      return;
    }
    const results = await this.#redis.pipeline(commands).exec();
    const failed = results.find(([error]) => error);
    if (failed) {
      throw failed[0];
    }
  }
}
