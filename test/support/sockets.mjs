// Clients of Socket.IO with a memory: everything that the server said, acks included, in its order.
import { io } from 'socket.io-client';

/** Generous, so that a busy machine fails no test; a test that passes never waits for it. */
export const PATIENCE = 20_000;

const open = new Set();

/** One connection of the real client. */
export class Client {
  /** In the order of arrival: `{name, payload, at}`; of an ack the name is `ack`. */
  heard = [];

  #waiting = new Set();

  constructor(server, token, options = {}) {
    const auth = token === undefined ? {} : { auth: { token } };
    this.socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...auth,
      ...options,
    });
    open.add(this);
    this.socket.onAny((name, payload, ...rest) => this.#hear({ name, payload, rest }));
    this.socket.on('connect', () => this.#hear({ name: 'connect' }));
    this.socket.on('connect_error', (error) => this.#hear({ name: 'connect_error', error }));
    this.socket.on('disconnect', (reason) => this.#hear({ name: 'disconnect', reason }));
  }

  #hear(entry) {
    entry.at = Date.now();
    this.heard.push(entry);
    this.#waiting.forEach((look) => look());
  }

  /** Waits until something like this was heard, and gives it. */
  until(matches, what = matches) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const heard = JSON.stringify(this.heard.slice(-10));
        reject(new Error(`not heard within ${PATIENCE} ms: ${what}; last: ${heard}`));
      }, PATIENCE);
      const look = () => {
        const found = this.heard.find(matches);
        if (found) {
          clearTimeout(timer);
          this.#waiting.delete(look);
          resolve(found);
        }
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits until the client is let in. */
  async connected() {
    const { name, error } = await this.until((one) => one.name === 'connect' || one.name === 'connect_error');
    if (name === 'connect_error') {
      throw error;
    }
    return this;
  }

  /** Waits until the client is refused, and gives the error. */
  async refused() {
    const { name, error } = await this.until((one) => one.name === 'connect' || one.name === 'connect_error');
    if (name === 'connect') {
      throw new Error('the client was let in');
    }
    return error;
  }

  /** Waits until the connection is over, and gives the reason. */
  async disconnected() {
    return (await this.until(({ name }) => name === 'disconnect')).reason;
  }

  /** Sends an event and gives the ack. */
  ask(event, ...args) {
    return new Promise((resolve, reject) => {
      this.socket.timeout(PATIENCE).emit(event, ...args, (error, payload) => {
        if (error) {
          reject(new Error(`no ack for ${event} ${JSON.stringify(args)?.slice(0, 200)}`));
          return;
        }
        this.#hear({ name: 'ack', event, payload });
        resolve(payload);
      });
    });
  }

  /** What was heard about a channel so far, as `[name, payload]`. */
  about(channelId) {
    return this.heard
      .filter(({ name, payload }) => name !== 'ack' && payload?.channelId === channelId)
      .map(({ name, payload }) => [name, payload]);
  }

  /** Waits for an event of a channel, as the payload that `matches`. */
  async event(name, channelId, matches = () => true) {
    const wanted = (one) => one.name === name && one.payload.channelId === channelId && matches(one.payload);
    return (await this.until(wanted, `${name} in ${channelId}`)).payload;
  }

  /** Ends the connection as a client does that says so. */
  close() {
    open.delete(this);
    this.socket.disconnect();
  }

  /** Cuts the connection as a network does: no word of Engine.IO or WebSocket. */
  cut() {
    open.delete(this);
    const { engine } = this.socket.io;
    if (engine.transport.name === 'websocket') {
      engine.transport.ws.terminate();
    } else {
      // A poller that never polls again.
      engine.transport.pause(() => {});
    }
  }
}

/** Opens a connection and waits until it is let in. */
export function connect(server, token, options) {
  return new Client(server, token, options).connected();
}

/** Closes whatever a test file left open. */
export function closeAll() {
  open.forEach((client) => client.close());
}
