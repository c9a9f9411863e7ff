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

  function show(entry) {
    entries.prepend(entry);
    while (entries.children.length > MAX_ENTRIES) {
      entries.lastElementChild.remove();
    }
    empty.hidden = true;
  }

  return {
    /**
     * Logs an event of the server.
     *
     * @param {{kind: string, text: string, userId: string, channelId: string, version: number, reason?: string,
     *     name: string, event: object}} entry
     */
    add(entry) {
      show(createEntry(entry));
    },

    /** Logs what this window itself saw or did; no event of the server stands behind it. */
    note(text) {
      show(element('li', { class: 'entry entry-note', 'data-testid': 'log-note' }, ...lines(text)));
    },
  };
}

function createEntry({ kind, text, userId, channelId, version, reason, name, event }) {
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
    ...lines(text, element('span', { title: 'The channel’s version after this event' }, `version ${version}`)),
    element(
      'details',
      { class: 'raw', 'data-testid': 'raw-event' },
      element('summary', {}, 'Raw event'),
      element('pre', {}, `${name}\n${JSON.stringify(event, null, 2)}`),
    ),
  );
}

/** What was, and when. */
function lines(text, ...meta) {
  const now = new Date();
  const clock = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return [
    element('p', { class: 'entry-text', 'data-testid': 'log-text' }, text),
    element('p', { class: 'entry-meta' }, element('time', { datetime: now.toISOString() }, clock), ...meta),
  ];
}
