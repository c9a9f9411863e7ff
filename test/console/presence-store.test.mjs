import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { PresenceStore } from '../../server/src/main/resources/console/presence-store.js';

const EIGHT = '2026-11-22T08:00:00.000Z';
const NINE = '2026-11-22T09:00:00.000Z';
const TEN = '2026-11-22T10:00:00.000Z';

const user = (id, joinedAt, flags = {}) => ({ id, username: id, joinedAt, isMuted: false, ...flags });
const snapshot = (version, ...users) => ({ channelId: 'lounge', version, count: users.length, users });
const event = (version, person) => ({ channelId: 'lounge', userId: person.id, user: person, version });

describe('The presence store', () => {
  let store;
  const ids = () => store.channel('lounge').users.map(({ id }) => id);

  beforeEach(() => {
    store = new PresenceStore();
  });

  test('shows a snapshot and then applies events in order', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT)));
    assert.equal(store.applyEvent('joined', event(6, user('bob', NINE))), true);
    assert.equal(store.applyEvent('updated', event(7, user('ada', EIGHT, { isMuted: true }))), true);
    assert.deepEqual(ids(), ['ada', 'bob']);
    assert.equal(store.member('lounge', 'ada').isMuted, true);

    assert.equal(store.applyEvent('left', event(8, user('ada', EIGHT))), true);
    assert.deepEqual(ids(), ['bob']);
    assert.equal(store.channel('lounge').version, 8);
  });

  test('lists users in the order of joining, and by id when they joined together', () => {
    store.applySnapshot(snapshot(1, user('late', TEN), user('b', NINE), user('a', NINE)));
    store.applyEvent('joined', event(2, user('early', EIGHT)));
    assert.deepEqual(ids(), ['early', 'a', 'b', 'late']);
  });

  test('ignores an event that it has seen', () => {
    store.applySnapshot(snapshot(5));
    const joined = event(6, user('bob', NINE));
    store.applyEvent('joined', joined);
    store.applyEvent('left', event(7, user('bob', NINE)));
    assert.equal(store.applyEvent('joined', joined), false);
    assert.deepEqual(ids(), []);
  });

  test('ignores an event that the snapshot includes', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT)));
    assert.equal(store.applyEvent('left', event(5, user('ada', EIGHT))), false);
    assert.deepEqual(ids(), ['ada']);
  });

  test('ignores an event of a channel whose snapshot is still to come', () => {
    assert.equal(store.applyEvent('joined', event(6, user('bob', NINE))), false);
    assert.deepEqual(ids(), []);
  });

  test('accepts that versions skip forward after a fault', () => {
    store.applySnapshot(snapshot(5));
    assert.equal(store.applyEvent('joined', event(900, user('bob', NINE))), true);
    assert.deepEqual(ids(), ['bob']);
  });

  test('accepts any version after a snapshot of version 0', () => {
    store.applySnapshot(snapshot(0));
    assert.equal(store.applyEvent('joined', event(1795327200000, user('bob', NINE))), true);
    assert.deepEqual(ids(), ['bob']);
  });

  test('replaces everything with the snapshot after a reconnection', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT), user('bob', NINE)));
    store.markStale();
    assert.equal(store.applySnapshot(snapshot(9, user('cleo', TEN))), true);
    assert.deepEqual(ids(), ['cleo']);
  });

  test('keeps showing the last state while disconnected, but applies no event to it', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT)));
    store.markStale();
    assert.equal(store.channel('lounge').synced, false);
    assert.equal(store.applyEvent('joined', event(8, user('bob', NINE))), false);
    assert.deepEqual(ids(), ['ada']);
  });

  test('takes a snapshot of version 0, which says that the channel was forgotten', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT)));
    assert.equal(store.applySnapshot(snapshot(0)), true);
    assert.deepEqual(ids(), []);
  });

  test('ignores a snapshot that is older than what it shows', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT)));
    assert.equal(store.applySnapshot(snapshot(4)), false);
    assert.deepEqual(ids(), ['ada']);
  });

  test('knows the channels of a user', () => {
    store.applySnapshot(snapshot(5, user('ada', EIGHT)));
    store.applySnapshot({ channelId: 'stage', version: 2, users: [user('bob', NINE)] });
    assert.deepEqual(store.channelsOf('ada'), ['lounge']);
    store.clear();
    assert.deepEqual(store.channelsOf('ada'), []);
  });
});
