import { element, icon, renderList, setAttribute, setText } from './dom.js';
import { createMemberRow } from './member-row.js';
import { describeError } from './words.js';

/** How many people a card shows before its list scrolls; see `.members` in the style sheet. */
const VISIBLE_MEMBERS = 6;

/**
 * One channel: its name, how full it is, who is in it, and the way in and out.
 *
 * @param {{id: string}} channel
 * @param {{join: (id: string) => void, leave: (id: string) => void}} actions
 */
export function createChannelCard({ id }, actions) {
  const name = element('h3', { class: 'channel-name', id: `channel-${id}` });
  const count = element('span', { class: 'channel-count', 'data-testid': 'channel-count' });
  const button = element('button', { type: 'button', class: 'button' });
  const members = element('ul', { class: 'members', 'aria-labelledby': `channel-${id}` });
  const empty = element('p', { class: 'channel-empty', 'data-testid': 'channel-empty' });
  const node = element(
    'article',
    { class: 'channel', 'data-testid': 'channel-card', 'data-channel-id': id, 'aria-labelledby': `channel-${id}` },
    element(
      'header',
      { class: 'channel-head' },
      element('span', { class: 'channel-icon' }, icon('speaker')),
      element('div', { class: 'channel-title' }, name, count),
      button,
    ),
    members,
    empty,
  );
  let amIn = false;
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') {
      (amIn ? actions.leave : actions.join)(id);
    }
  });

  return {
    node,
    update({ channel, users, isSynced, myId, canAct, denied }) {
      const label = channel.name ?? id;
      const mayJoin = !channel.permissions || channel.permissions.includes('join');
      amIn = users.some((user) => user.id === myId);
      setText(name, label);
      setAttribute(name, 'title', label);
      setText(count, describeCount(users.length, channel.userLimit, isSynced));
      node.classList.toggle('channel-mine', amIn);
      node.classList.toggle('channel-full', isSynced && users.length >= channel.userLimit);
      node.classList.toggle('channel-stale', !isSynced);
      setText(button, amIn ? 'Leave' : mayJoin ? 'Join' : 'View only');
      setAttribute(button, 'aria-label', `${button.textContent}: ${label}`);
      setAttribute(button, 'data-testid', amIn ? 'leave' : 'join');
      setAttribute(button, 'aria-disabled', String(!canAct || !isSynced || (!amIn && !mayJoin)));
      button.classList.toggle('button-tonal', !amIn && mayJoin);
      renderList(members, users, (user) => user.id, (user) => createMemberRow(user, user.id === myId));
      members.hidden = users.length === 0;
      // A list that scrolls must be within reach of the keyboard.
      members.tabIndex = users.length > VISIBLE_MEMBERS ? 0 : -1;
      empty.hidden = users.length > 0;
      setText(empty, describeEmptiness(denied, isSynced, mayJoin, label));
    },
  };
}

function describeCount(count, limit, isSynced) {
  if (!isSynced && count === 0) {
    return 'Not known now'; // “0 people” would be made up.
  }
  return limit ? `${count} / ${limit}` : `${count} ${count === 1 ? 'person' : 'people'}`;
}

function describeEmptiness(denied, isSynced, mayJoin, label) {
  if (denied) {
    return describeError(denied, label);
  }
  if (!isSynced) {
    return 'Who is here shows when the server answers.';
  }
  return mayJoin ? 'Nobody is here. Be the first to join.' : 'Nobody is here yet.';
}
