// Starts the real server, as a user would, for a test: on a free port, and gone when the test is.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../bin/voice-presence', import.meta.url));
const READY = /Ready on (http:\S+) after (\d+) ms/;
const START_LIMIT = 60_000;

/** The HS256 key of servers that {@link startServer} starts without `--demo`. */
export const SECRET = 'a-secret-of-the-tests-with-32-bytes-or-more';

/**
 * Starts a server and waits until it is ready.
 *
 * @param {{args?: string[], env?: Record<string, string>}} options command line and settings beside
 *   PORT, HOST and JWT_SECRET
 * @returns {Promise<{url: string, log: () => string, startMillis: number, signal: (name: string) => void,
 *   stop: (signal?: string) => Promise<number | string>}>} its address, what it logged so far, and how to freeze and to
 *   stop it
 */
export async function startServer({ args = [], env = {} } = {}) {
  const demo = args.includes('--demo');
  const child = spawn(LAUNCHER, args, {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      ...(demo ? {} : { JWT_SECRET: SECRET }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const ready = new Promise((resolve, reject) => {
    const read = (chunk) => {
      log += chunk;
      const match = READY.exec(log);
      if (match) {
        resolve(match);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    exited.then((code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
    // Such as with a LOG_LEVEL that hides the line this waits for.
    setTimeout(() => reject(new Error(`the server is not ready after ${START_LIMIT} ms:\n${log}`)), START_LIMIT).unref();
  });
  // A test run that ends early must not leave its server behind.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const [, url, startMillis] = await ready;
  return {
    url,
    startMillis: Number(startMillis),
    log: () => log,
    signal: (name) => child.kill(name),
    stop: (signal = 'SIGTERM') => {
      process.removeListener('exit', killAtExit);
      child.kill(signal);
      return exited;
    },
  };
}

/** Signs a token by HS256 that servers of {@link startServer} accept; valid for an hour. */
export function token(claims, { secret = SECRET, lifetime = 3600 } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
    iat: now,
    exp: now + lifetime,
    ...claims,
  })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
