import { element } from './dom.js';
import { nameOf } from './words.js';

/**
 * A round portrait: the user's picture, or initials on a colour that follows from the id.
 *
 * @param {{id: string, username: string, displayName?: string, avatarUrl?: string}} user
 */
export function createAvatar(user) {
  const node = element('span', { class: 'avatar', 'aria-hidden': 'true' }, initialsOf(nameOf(user)));
  node.style.setProperty('--hue', String(hueOf(user.id)));
  if (user.avatarUrl?.startsWith('https:')) {
    const picture = element('img', { class: 'avatar-picture', src: user.avatarUrl, alt: '', loading: 'lazy' });
    // Initials are better than a broken image.
    picture.addEventListener('error', () => picture.remove());
    node.append(picture);
  }
  return node;
}

/** The first letters of the first and the last word, counted in code points. */
function initialsOf(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? '?'];
  return ends.map((word) => [...word][0].toUpperCase()).join('');
}

/**
 * A hue from 0 to 359: FNV-1a, stirred once more, because ids that differ in their last character
 * only would otherwise share two colours.
 */
function hueOf(id) {
  let hash = 0x811c9dc5;
  for (const character of id) {
    hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % 360;
}
