import { createSecretKey } from 'node:crypto';
import { verify, type JwtPayload } from 'jsonwebtoken';
import type { UserEntity } from './voice-presence.types';

// A key object: given as a string, each verification would make one, which costs several times the verification.
const key = createSecretKey(Buffer.from(process.env.JWT_SECRET ?? ''));

/** The user of a valid token; throws otherwise. */
export function userOf(token: string): UserEntity {
  const claims = verify(token, key, { algorithms: ['HS256'] }) as JwtPayload;
  return {
    id: String(claims.sub),
    username: claims.username,
    displayName: claims.displayName,
    avatarUrl: claims.avatarUrl,
  };
}
