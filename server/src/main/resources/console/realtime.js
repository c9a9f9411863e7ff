import { io } from '/console/vendor/socket.io.esm.min.js';

/** How long the server may take to acknowledge. */
const ACK_TIMEOUT_MS = 8_000;

/** The most channels that one subscription may name. */
const CHANNELS_PER_CALL = 200;

/** The server's events under both of its naming schemes. */
const KINDS = {
  VOICE_CHANNEL_USER_JOINED: 'joined',
  VOICE_CHANNEL_USER_LEFT: 'left',
  VOICE_CHANNEL_USER_UPDATED: 'updated',
  voiceChannelUserJoined: 'joined',
  voiceChannelUserLeft: 'left',
  voiceChannelUserUpdated: 'updated',
};

/** A command that the server refused or did not answer. */
export class CommandError extends Error {
  /**
   * @param {string} code one of the server's codes, or `no_answer`
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The Socket.IO connection: commands out, events in. */
export class Realtime {
  #socket;

  /**
   * @param {object} listener
   * @param {() => string} listener.token the token to connect with, asked anew at each attempt
   * @param {() => void} listener.connected
   * @param {() => void} listener.interrupted the connection was lost and is being restored
   * @param {(code: string) => void} listener.ended the server ended or refused the connection:
   *     nothing happens until the next {@link connect}
   * @param {(kind: string, event: object, name: string) => void} listener.event
   */
  constructor(listener) {
    this.#socket = io({
      auth: (give) => give({ token: listener.token() }),
      autoConnect: false,
      // WebSocket first: it needs no sticky load balancer. Long-polling still works behind old proxies.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    });
    this.#socket.on('connect', listener.connected);
    this.#socket.on('disconnect', (reason) => {
      // The two reasons after which the client does not reconnect by itself.
      if (reason === 'io server disconnect') {
        listener.ended('disconnected');
      } else if (reason !== 'io client disconnect') {
        listener.interrupted();
      }
    });
    this.#socket.on('connect_error', (error) => {
      if (this.#socket.active) {
        listener.interrupted();
      } else {
        listener.ended(error.data?.code ?? error.message);
      }
    });
    for (const [name, kind] of Object.entries(KINDS)) {
      this.#socket.on(name, (event) => listener.event(kind, event, name));
    }
  }

  connect() {
    this.#socket.connect();
  }

  disconnect() {
    this.#socket.disconnect();
  }

  /**
   * @param {string[]} channelIds any number
   * @returns {Promise<{channels: object[], denied: {channelId: string, code: string}[]}>}
   */
  async subscribe(channelIds) {
    const channels = [];
    const denied = [];
    for (let start = 0; start < channelIds.length; start += CHANNELS_PER_CALL) {
      const some = channelIds.slice(start, start + CHANNELS_PER_CALL);
      const answer = await this.#send('VOICE_CHANNEL_SUBSCRIBE', { channelIds: some });
      channels.push(...answer.channels);
      denied.push(...answer.denied);
    }
    return { channels, denied };
  }

  /** @returns {Promise<object>} the channel's snapshot with the joiner */
  join(channelId) {
    return this.#send('VOICE_CHANNEL_JOIN', { channelId });
  }

  leave(channelId) {
    return this.#send('VOICE_CHANNEL_LEAVE', { channelId });
  }

  /** @param {object} flags the flags to set, by their names */
  updateState(channelId, flags) {
    return this.#send('VOICE_STATE_UPDATE', { channelId, ...flags });
  }

  /** Lets the connection outlive the token that it was opened with. */
  refreshAuthentication(token) {
    return this.#send('AUTH_REFRESH', { token });
  }

  async #send(name, payload) {
    let answer;
    try {
      answer = await this.#socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, payload);
    } catch (error) {
      throw new CommandError('no_answer', error.message);
    }
    if (!answer.success) {
      throw new CommandError(answer.error.code, answer.error.message);
    }
    return answer;
  }
}
