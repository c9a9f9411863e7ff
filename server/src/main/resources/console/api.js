/** The server's answer when it refuses a call: an RFC 9457 problem. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status
   * @param {string} code the problem's `code`
   * @param {string} detail
   */
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/**
 * Signs in to a server in demo mode.
 *
 * @param {string} username
 * @returns {Promise<{token: string, userId: string, username: string, expiresAt: string}>}
 * @throws {ApiError} with status 404 when the server is not in demo mode
 */
export function requestDemoToken(username) {
  return call('/demo/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username }),
  });
}

/**
 * The channels that the token's user may view, in the order to show them.
 *
 * @param {string} token
 * @returns {Promise<{id: string, name?: string, userLimit?: number, permissions: string[]}[]>}
 * @throws {ApiError} with status 404 where the server's access mode cannot list channels
 */
export async function listChannels(token) {
  const answer = await call('/channels', { headers: { Authorization: `Bearer ${token}` } });
  return answer.channels;
}

async function call(path, options) {
  const response = await fetch(path, { ...options, cache: 'no-store' });
  if (response.ok) {
    return response.json();
  }
  // A proxy in between may answer with something that is no problem document.
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(response.status, problem.code ?? 'internal', problem.detail ?? response.statusText);
}
