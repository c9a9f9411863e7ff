import { element } from './dom.js';

/** How many entries stay readable. */
const MAX_ENTRIES = 50;

/**
 * The list of what happened, newest first. Screen readers announce each new entry.
 *
 * @param {Element} root
 */
export function createActivityLog(root) {
  const entries = root.querySelector('[data-testid="log"]');
  const empty = root.querySelector('[data-testid="log-empty"]');

  return {
    /**
     * @param {{kind: string, text: string, userId: string, channelId: string, version: number, reason?: string,
     *     name: string, event: object}} entry
     */
    add(entry) {
      entries.prepend(createEntry(entry));
      while (entries.children.length > MAX_ENTRIES) {
        entries.lastElementChild.remove();
      }
      empty.hidden = true;
    },
  };
}

function createEntry({ kind, text, userId, channelId, version, reason, name, event }) {
  const now = new Date();
  const clock = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return element(
    'li',
    {
      class: `entry entry-${kind}`,
      'data-testid': 'log-entry',
      'data-kind': kind,
      'data-user-id': userId,
      'data-channel-id': channelId,
      'data-version': String(version),
      ...(reason && { 'data-reason': reason }),
    },
    element('p', { class: 'entry-text', 'data-testid': 'log-text' }, text),
    element(
      'p',
      { class: 'entry-meta' },
      element('time', { datetime: now.toISOString() }, clock),
      element('span', { class: 'entry-version', title: 'The channel’s version after this event' }, `v${version}`),
    ),
    element(
      'details',
      { class: 'raw', 'data-testid': 'raw-event' },
      element('summary', {}, 'Raw event'),
      // Focusable, because a long line scrolls sideways inside its box.
      element('pre', { tabindex: '0' }, `${name}\n${JSON.stringify(event, null, 2)}`),
    ),
  );
}
