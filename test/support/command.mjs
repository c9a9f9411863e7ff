// Runs the server's command line to its end, for starts that must fail and options that only print.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../bin/voice-presence', import.meta.url));
const TIME_LIMIT = 30_000;

/** Gives the exit status and what was printed; a process that does not end is killed (status null). */
export function run(args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(LAUNCHER, args, {
      // Loopback and any port, should it start after all.
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT,
      killSignal: 'SIGKILL',
    });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (chunk) => {
        printed[stream] += chunk;
      });
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...printed }));
  });
}
