// Real Redis servers for a test: one, behind Sentinels, as a Cluster. On loopback, without persistence, gone with the
// process.
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import Redis from 'ioredis';

const SCRIPT = fileURLToPath(new URL('../../scripts/redis-server', import.meta.url));
const LIMIT = 30_000;
const BUS_OFFSET = 10_000;
const SLOTS = 16_384;
const MASTERS = 3;

let binary = process.env.REDIS_SERVER;

/** Asks until the answer is a true one, and gives it; a failed question is asked again. */
export async function eventually(what, question, limit = LIMIT, pause = 20) {
  const end = Date.now() + limit;
  let last;
  do {
    try {
      const answer = await question();
      if (answer) {
        return answer;
      }
    } catch (error) {
      last = error;
    }
    await sleep(pause);
  } while (Date.now() < end);
  throw new Error(`${what}: not within ${limit} ms`, { cause: last });
}

/**
 * A free port whose Cluster bus (ten thousand above) is free too. Both lie below the range of outgoing connections,
 * so that none of these takes the port while a server restarts on it.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 22_000);
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) {
      return port;
    }
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** One server; see {@link startRedis}. */
class RedisServer {
  #options;
  #folder = mkdtempSync(join(tmpdir(), 'voice-presence-redis-'));
  #child;
  #exited;
  #log = '';
  #killAtExit = () => {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  constructor(port, options) {
    this.port = port;
    this.#options = options;
    process.once('exit', this.#killAtExit);
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  get running() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Calls a command on a connection of this test's own, which outlives restarts. */
  command(...words) {
    return this.client.call(...words.map(String));
  }

  async launch() {
    binary ??= execFileSync(SCRIPT, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
    const sentinel = this.#options.includes('--sentinel');
    const config = join(this.#folder, 'sentinel.conf');
    if (sentinel) {
      writeFileSync(config, '');
    }
    const args = [
      ...(sentinel ? [config] : ['--save', '', '--appendonly', 'no', '--enable-debug-command', 'yes']),
      ...['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--protected-mode', 'no'],
      ...this.#options,
    ];
    this.#child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#log += text;
      });
    }
    this.client ??= new Redis({
      port: this.port,
      host: '127.0.0.1',
      maxRetriesPerRequest: null,
      retryStrategy: () => 20,
    }).on('error', () => {});
    await Promise.race([
      eventually(`a Redis on port ${this.port}`, async () => (await this.client.ping()) === 'PONG'),
      this.#exited.then(() => {
        throw new Error(`the Redis ended:\n${this.#log}`);
      }),
    ]);
    return this;
  }

  /** SIGSTOP: connections stay open and nobody answers. */
  pause() {
    this.#child.kill('SIGSTOP');
  }

  resume() {
    this.#child.kill('SIGCONT');
  }

  /** SIGKILL. */
  kill() {
    this.#child?.kill('SIGKILL');
    return this.#exited;
  }

  /** Kills it if it still runs, and starts it on the same port, without any data. */
  async restart() {
    await this.kill();
    await this.launch();
  }

  flush() {
    return this.command('FLUSHALL');
  }

  /** All keys; fine in a test, and nowhere else. */
  keys(pattern = '*') {
    return this.command('KEYS', pattern);
  }

  async stop() {
    this.client?.disconnect();
    await this.kill();
    process.removeListener('exit', this.#killAtExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Starts a Redis on a free port.
 *
 * @param {string[]} options more of its options, such as `'--maxmemory', '10mb'`
 */
export async function startRedis(...options) {
  for (let attempt = 1; ; attempt += 1) {
    const server = new RedisServer(await freePort(), options);
    try {
      return await server.launch();
    } catch (error) {
      await server.stop();
      // Another test run may have taken the port in between.
      if (attempt === 5) {
        throw error;
      }
    }
  }
}

/** Starts a master, two replicas, and three Sentinels that give the master up after a second. */
export async function startSentinelTrio(name = 'presence') {
  const master = await startRedis('--repl-diskless-sync-delay', '0');
  const replicas = await Promise.all([1, 2].map(() => startRedis('--replicaof', `127.0.0.1 ${master.port}`)));
  await Promise.all(replicas.map(following));
  const sentinels = await Promise.all([1, 2, 3].map(() => startRedis('--sentinel')));
  for (const sentinel of sentinels) {
    await sentinel.command('SENTINEL', 'MONITOR', name, '127.0.0.1', master.port, 2);
    await sentinel.command('SENTINEL', 'SET', name, 'down-after-milliseconds', 1000);
    await sentinel.command('SENTINEL', 'SET', name, 'failover-timeout', 5000);
  }
  for (const sentinel of sentinels) {
    await eventually('a Sentinel that knows all', async () => {
      const fields = await sentinel.command('SENTINEL', 'MASTER', name);
      const field = (wanted) => fields[fields.indexOf(wanted) + 1];
      return field('num-slaves') === '2' && field('num-other-sentinels') === '2';
    });
  }
  const servers = [master, ...replicas];
  const current = async () => {
    const [, port] = await sentinels[0].command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
    return servers.find((server) => server.port === Number(port));
  };
  return {
    url: `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}#${name}`,
    servers,
    sentinels,
    master: current,
    /** Kills the master and waits for the promotion of another; gives that one. */
    async failover() {
      const old = await current();
      await old.kill();
      const promoted = await eventually('another master', async () => {
        const next = await current();
        return next !== old && next;
      });
      await eventually('its promotion', async () => /role:master/.test(await promoted.command('INFO', 'replication')));
      return promoted;
    },
    stop: () => Promise.all([...sentinels, ...servers].map((server) => server.stop())),
  };
}

function following(replica) {
  return eventually('a replica that follows', async () =>
    /master_link_status:up/.test(await replica.command('INFO', 'replication')),
  );
}

/** A Cluster of three masters with a replica each; see {@link startRedisCluster}. */
class RedisCluster {
  constructor(servers) {
    this.servers = servers;
    this.url = `redis-cluster://${servers
      .slice(0, MASTERS)
      .map(({ port }) => `127.0.0.1:${port}`)
      .join(',')}`;
    this.client = new Redis.Cluster(
      servers.map(({ port }) => ({ host: '127.0.0.1', port })),
      { redisOptions: { maxRetriesPerRequest: null }, clusterRetryStrategy: () => 50, slotsRefreshTimeout: 2000 },
    ).on('error', () => {});
  }

  get living() {
    return this.servers.filter(({ running }) => running);
  }

  async slotOf(key) {
    return Number(await this.living[0].command('CLUSTER', 'KEYSLOT', key));
  }

  /** Who serves a slot, by the nodes' own word; the younger epoch wins. Waits while nobody does. */
  masterOf(slot) {
    return eventually(`a master of slot ${slot}`, async () => {
      const views = await Promise.all(this.living.map(viewOf));
      const serving = views.filter((view) => view.master && view.slots.some(([a, b]) => a <= slot && slot <= b));
      return serving.sort((a, b) => b.epoch - a.epoch)[0]?.server;
    });
  }

  async masterOfKey(key) {
    return this.masterOf(await this.slotOf(key));
  }

  async masters() {
    return (await Promise.all(this.living.map(viewOf))).filter(({ master }) => master).map(({ server }) => server);
  }

  async replicaOf(master) {
    const { id } = await viewOf(master);
    return eventually(`a replica of ${master.port}`, async () => {
      const views = await Promise.all(this.living.map(viewOf));
      return views.find(({ masterId }) => masterId === id)?.server;
    });
  }

  /** Moves a slot with its keys while clients use it, in the steps of `redis-cli --cluster reshard`. */
  async moveSlot(slot, target) {
    const source = await this.masterOf(slot);
    const targetId = (await viewOf(target)).id;
    await target.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', (await viewOf(source)).id);
    await source.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId);
    for (;;) {
      const keys = await source.command('CLUSTER', 'GETKEYSINSLOT', slot, 10);
      if (keys.length === 0) {
        break;
      }
      await source.command('MIGRATE', '127.0.0.1', target.port, '', 0, 5000, 'KEYS', ...keys);
    }
    await target.command('CLUSTER', 'SETSLOT', slot, 'NODE', targetId);
    await source.command('CLUSTER', 'SETSLOT', slot, 'NODE', targetId);
  }

  /** Makes a replica the master and waits until it is; forced: without asking the old one. */
  async failover(replica, forced = true) {
    // An election may come to nothing, and is not held again by itself; Redis gives it up after 5 s.
    const ELECTION = 6_000;
    let askedAt = 0;
    await eventually('the failover', async () => {
      if ((await viewOf(replica)).master) {
        return true;
      }
      if (Date.now() - askedAt >= ELECTION) {
        askedAt = Date.now();
        await replica.command('CLUSTER', 'FAILOVER', ...(forced ? ['FORCE'] : []));
      }
      return false;
    });
  }

  async healthy() {
    await eventually('a healthy Cluster', async () => {
      const infos = await Promise.all(this.living.map((server) => server.command('CLUSTER', 'INFO')));
      return infos.every((info) => info.includes('cluster_state:ok'));
    });
  }

  /** All keys of all masters. */
  async keys(pattern = '*') {
    return (await Promise.all((await this.masters()).map((server) => server.keys(pattern)))).flat();
  }

  async stop() {
    this.client.disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
  }
}

/** Starts a Cluster and waits until all of it is well. */
export async function startRedisCluster({ nodeTimeout = 2000 } = {}) {
  const servers = await Promise.all(
    Array.from({ length: 2 * MASTERS }, () =>
      startRedis(
        ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeout)],
        ...['--cluster-allow-replica-migration', 'no', '--repl-diskless-sync-delay', '0'],
        // Else all masters refuse all commands while the slots of one are without a master.
        ...['--cluster-require-full-coverage', 'no'],
      ),
    ),
  );
  for (const [i, server] of servers.entries()) {
    await server.command('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    if (i < MASTERS) {
      const first = Math.floor((SLOTS * i) / MASTERS);
      await server.command('CLUSTER', 'ADDSLOTSRANGE', first, Math.floor((SLOTS * (i + 1)) / MASTERS) - 1);
    }
    if (i > 0) {
      await servers[0].command('CLUSTER', 'MEET', '127.0.0.1', server.port);
    }
  }
  for (const server of servers) {
    await eventually('all nodes known', async () => {
      const nodes = await server.command('CLUSTER', 'NODES');
      return nodes.trim().split('\n').length === servers.length && !nodes.includes('handshake');
    });
  }
  for (let i = 0; i < MASTERS; i += 1) {
    const { id } = await viewOf(servers[i]);
    await servers[MASTERS + i].command('CLUSTER', 'REPLICATE', id);
  }
  await Promise.all(servers.slice(MASTERS).map(following));
  const cluster = new RedisCluster(servers);
  await cluster.healthy();
  return cluster;
}

async function viewOf(server) {
  const nodes = await server.command('CLUSTER', 'NODES');
  const [id, , flags, masterId, , , epoch, , ...slots] = nodes
    .split('\n')
    .find((line) => line.includes('myself'))
    .split(' ');
  return {
    server,
    id,
    masterId,
    master: flags.includes('master'),
    epoch: Number(epoch),
    // A slot that moves stands in brackets.
    slots: slots.filter((slot) => !slot.startsWith('[')).map((slot) => [...slot.split('-'), slot].map(Number)),
  };
}
