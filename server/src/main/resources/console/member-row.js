import { createAvatar } from './avatar.js';
import { element, icon, renderList, setAttribute, setText } from './dom.js';
import { elapsedSince } from './elapsed.js';
import { nameOf } from './words.js';

/** The marks beside a name, in the order to show them. */
const BADGES = [
  { name: 'server-muted', icon: 'mic-off', text: 'Muted by a moderator', on: (user) => user.isServerMuted },
  { name: 'muted', icon: 'mic-off', text: 'Muted', on: (user) => user.isMuted && !user.isServerMuted },
  {
    name: 'server-deafened',
    icon: 'headphones-off',
    text: 'Deafened by a moderator',
    on: (user) => user.isServerDeafened,
  },
  {
    name: 'deafened',
    icon: 'headphones-off',
    text: 'Deafened',
    on: (user) => user.isDeafened && !user.isServerDeafened,
  },
  { name: 'camera', icon: 'camera', text: 'Camera on', on: (user) => user.isVideoEnabled },
  { name: 'screen', icon: 'screen', text: 'Sharing the screen', on: (user) => user.isScreenSharing },
];

/**
 * One person in a channel.
 *
 * @param {object} user
 * @param {boolean} isMe
 */
export function createMemberRow(user, isMe) {
  const name = element('span', { class: 'member-name', 'data-testid': 'member-name' });
  const badges = element('span', { class: 'badges' });
  const clock = element('time', { class: 'member-clock', title: 'Time in the channel' });
  const you = isMe ? [element('span', { class: 'you', 'data-testid': 'you' }, 'you')] : [];
  const node = element(
    'li',
    { class: isMe ? 'member member-me' : 'member', 'data-testid': 'member-row', 'data-user-id': user.id },
    createAvatar(user),
    element('span', { class: 'member-who' }, name, ...you),
    badges,
    clock,
  );
  return {
    node,
    update(current) {
      setText(name, nameOf(current));
      setAttribute(name, 'title', nameOf(current));
      setAttribute(clock, 'data-since', current.joinedAt);
      setAttribute(clock, 'datetime', current.joinedAt);
      setText(clock, elapsedSince(current.joinedAt));
      renderList(badges, BADGES.filter((badge) => badge.on(current)), (badge) => badge.name, createBadge);
    },
  };
}

function createBadge({ name, icon: iconName, text }) {
  const node = element(
    'span',
    { class: `badge badge-${name}`, title: text, 'data-testid': `badge-${name}` },
    icon(iconName),
    element('span', { class: 'visually-hidden' }, text),
  );
  return { node, update() {} };
}
