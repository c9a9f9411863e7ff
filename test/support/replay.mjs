// What a plain client does with a snapshot and the events after it, as a judge of whether they add up.
import assert from 'node:assert/strict';

export const JOINED = 'VOICE_CHANNEL_USER_JOINED';
export const LEFT = 'VOICE_CHANNEL_USER_LEFT';
export const UPDATED = 'VOICE_CHANNEL_USER_UPDATED';

/** Applies events to a snapshot as a plain client does, and objects to whatever does not fit. */
export class Replay {
  /**
   * @param {{skips?: boolean}} options `skips`: a fault happened, so versions may skip forward, and an event may carry
   *   what changed meanwhile
   */
  constructor({ channelId, version, users }, { skips = false } = {}) {
    this.channelId = channelId;
    this.version = version;
    this.users = new Map(users.map((user) => [user.id, user]));
    this.skips = skips;
  }

  apply(name, payload) {
    const where = `${this.channelId}: ${name} ${payload.version} after ${this.version}`;
    if (this.version === 0 || this.skips) {
      assert.ok(payload.version > this.version, where);
    } else {
      assert.equal(payload.version, this.version + 1, where);
    }
    this.version = payload.version;
    const { user } = payload;
    const known = this.users.get(user.id);
    switch (name) {
      case JOINED:
        assert.equal(known, undefined, `${where}: ${user.id} is in already`);
        this.users.set(user.id, user);
        break;
      case LEFT:
        assert.ok(known, `${where}: ${user.id} is not in`);
        if (!this.skips) {
          assert.deepEqual(user, known, `${where}: not the last state`);
        }
        assert.equal(payload.userId, user.id);
        this.users.delete(user.id);
        break;
      case UPDATED:
        assert.ok(known, `${where}: ${user.id} is not in`);
        if (!this.skips) {
          assert.deepEqual(user, { ...known, ...payload.updates }, `${where}: more or less than the updates`);
        }
        assert.equal(payload.userId, user.id);
        this.users.set(user.id, user);
        break;
      default:
        assert.fail(name);
    }
  }

  snapshot() {
    const users = [...this.users.values()].sort((a, b) =>
      a.joinedAt === b.joinedAt ? (a.id < b.id ? -1 : 1) : a.joinedAt < b.joinedAt ? -1 : 1,
    );
    return { channelId: this.channelId, version: this.version, count: users.length, users };
  }
}
