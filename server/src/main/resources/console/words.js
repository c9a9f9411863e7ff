const FLAGS = {
  isMuted: ['muted the microphone', 'unmuted the microphone'],
  isDeafened: ['turned the sound off', 'turned the sound on'],
  isVideoEnabled: ['turned the camera on', 'turned the camera off'],
  isScreenSharing: ['started sharing the screen', 'stopped sharing the screen'],
  isServerMuted: ['was muted by a moderator', 'was unmuted by a moderator'],
  isServerDeafened: ['was deafened by a moderator', 'was undeafened by a moderator'],
};

const DEPARTURES = {
  left: (who, where) => `${who} left ${where}`,
  expired: (who, where) => `${who}’s connection was lost in ${where}`,
  moved: (who, where) => `${who} was moved out of ${where}`,
  disconnected: (who, where) => `${who} was removed from ${where} by a moderator`,
  media: (who, where) => `${who}’s call ended in ${where}`,
};

const ERRORS = {
  channel_full: (where) => `${where} is full. Try again when someone has left.`,
  channel_access_denied: (where) => `You do not have access to ${where}.`,
  channel_not_found: (where) => `There is no channel ${where}.`,
  not_in_channel: (where) => `You are not in ${where} any more. Join again.`,
  invalid_request: (where) => `The server did not understand this request about ${where}.`,
  unauthenticated: () => 'Your sign-in is not valid any more.',
  rate_limited: () => 'That was a little fast. Wait a moment and try again.',
  unavailable: () => 'The server cannot do this right now. Try again in a moment.',
  no_answer: () => 'The server did not answer. Check the connection and try again.',
};

/** @returns {string} the name to show for a user */
export function nameOf(user) {
  return user.displayName ?? user.username;
}

/**
 * One event as a sentence.
 *
 * @param {'joined' | 'left' | 'updated'} kind
 * @param {object} event the server's payload
 * @param {string} where the channel's name
 */
export function describeEvent(kind, event, where) {
  const who = nameOf(event.user);
  switch (kind) {
    case 'joined':
      return `${who} joined ${where}`;
    case 'left':
      return (DEPARTURES[event.reason] ?? DEPARTURES.left)(who, where);
    default:
      return `${who} ${describeUpdates(event.updates)} in ${where}`;
  }
}

/**
 * An error as a sentence that says what to do, with the code for those who look it up.
 *
 * @param {string} code
 * @param {string} where the channel's name
 */
export function describeError(code, where) {
  const words = ERRORS[code] ?? (() => 'Something went wrong on the server. Try again in a moment.');
  return `${words(where)} (${code})`;
}

function describeUpdates(updates) {
  const phrases = Object.entries(updates)
    .filter(([flag]) => flag in FLAGS)
    .map(([flag, on]) => FLAGS[flag][on ? 0 : 1]);
  return phrases.length > 0 ? phrases.join(' and ') : 'stayed as before';
}
