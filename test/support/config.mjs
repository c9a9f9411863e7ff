// Configuration files that live as long as a test file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a file and gives its path; it is gone when the process ends. */
export function configFile(text) {
  const folder = mkdtempSync(join(tmpdir(), 'voice-presence-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

/** Channels of which each shows one thing of the access mode `static`. */
export const STATIC_CHANNELS = `
channels:
  lounge:
    name: Lounge
    user-limit: 2
    members:
      "*": [join]
      moderator: [moderate]
  hall:
    members:
      "*": [view]
      moderator: [moderate]
  office:
    name: Office
    members:
      moderator: [moderate]
`;
