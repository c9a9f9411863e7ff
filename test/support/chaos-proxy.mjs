// A faulty network in front of a Redis: a TCP proxy.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Starts a proxy on a free port of loopback that leads to another. */
export async function startChaosProxy(target) {
  const links = new Set();
  let delay = 0;
  let blackholed = () => false;
  let replyAllowance = Infinity;

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const link = { client, upstream, subscribes: false, lostReplies: false, held: [] };
    links.add(link);
    const end = () => {
      links.delete(link);
      client.destroy();
      upstream.destroy();
    };
    const pass = (to, chunk) => {
      if (blackholed(link)) {
        // As by TCP's own repetition: what was held back arrives after the repair.
        link.held.push([to, chunk]);
      } else if (delay > 0) {
        setTimeout(() => to.writable && to.write(chunk), delay);
      } else {
        to.write(chunk);
      }
    };
    client.on('data', (chunk) => {
      // Also SSUBSCRIBE; the client of the server under test writes commands in upper case.
      link.subscribes ||= chunk.includes('SUBSCRIBE\r\n');
      pass(upstream, chunk);
    });
    upstream.on('data', (chunk) => {
      const allowed = Math.min(chunk.length, replyAllowance);
      replyAllowance -= allowed;
      link.lostReplies ||= allowed < chunk.length;
      if (allowed > 0) {
        pass(client, chunk.subarray(0, allowed));
      }
    });
    for (const socket of [client, upstream]) {
      socket.on('error', end).on('close', () => {
        // A blackhole tells nobody of an end either.
        if (!blackholed(link)) {
          end();
        }
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = (which = () => true) => {
    for (const { client, upstream } of [...links].filter(which)) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  };
  return {
    port: server.address().port,
    url: `redis://127.0.0.1:${server.address().port}`,
    connections: () => links.size,
    /** Holds everything back for so many milliseconds. */
    delay: (millis) => {
      delay = millis;
    },
    /** Lets nothing through, and tells nobody: no FIN, no RST. */
    blackhole: () => {
      blackholed = () => true;
    },
    /** As `blackhole`, only for connections that subscribe to something, those to come included. */
    blackholeSubscribers: () => {
      blackholed = (link) => link.subscribes;
    },
    /** Only so many more bytes of replies go through in all; requests still do. */
    dropRepliesAfter: (bytes) => {
      replyAllowance = bytes;
    },
    /** Resets the connections that there are; new ones work. */
    reset,
    /** Ends the stream of replies, by FIN; requests still pass. */
    halfClose: () => links.forEach(({ client }) => client.end()),
    /** Ends the fault. What was held back arrives; links that lost replies are reset. */
    repair: () => {
      blackholed = () => false;
      delay = 0;
      replyAllowance = Infinity;
      reset((link) => link.lostReplies || link.client.destroyed || link.upstream.destroyed);
      for (const link of links) {
        link.held.splice(0).forEach(([to, chunk]) => to.writable && to.write(chunk));
      }
    },
    stop: () => {
      blackholed = () => false;
      reset();
      return new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
