const PREFIX = 'voice-presence.';

/**
 * What this browser tab remembers over a reload. Two tabs are two users, so it is never shared.
 */
export class TabMemory {
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /**
   * @param {string} name
   * @returns {any} what was stored, or undefined
   */
  get(name) {
    const text = this.#storage.getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  }

  /**
   * @param {string} name
   * @param {any} value undefined forgets it
   */
  set(name, value) {
    if (value === undefined) {
      this.#storage.removeItem(PREFIX + name);
    } else {
      this.#storage.setItem(PREFIX + name, JSON.stringify(value));
    }
  }
}
