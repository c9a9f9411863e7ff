// A load balancer in front of several nodes, so that clients can come back to another by themselves.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Starts one on loopback that gives each connection to the next node which takes it. */
export async function startBalancer(nodes) {
  let turn = 0;
  const sockets = new Set();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client)).on('error', () => {});
    const dial = (attempts) => {
      if (attempts === 0) {
        client.destroy();
        return;
      }
      turn += 1;
      const { hostname, port } = new URL(nodes[turn % nodes.length].url);
      const upstream = connect({ host: hostname, port: Number(port) });
      upstream.once('error', () => dial(attempts - 1));
      upstream.once('connect', () => {
        upstream.removeAllListeners('error').on('error', () => client.destroy());
        upstream.on('close', () => client.destroy());
        client.on('close', () => upstream.destroy());
        client.pipe(upstream).pipe(client);
      });
    };
    dial(nodes.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}
