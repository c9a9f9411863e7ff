/**
 * Which web pages may talk to this server: one rule for HTTP, polling and WebSocket alike.
 *
 * <pre>{@code
 * var policy = OriginPolicy.of("https://app.example.com");
 * policy.allows("https://app.example.com", "presence.example.com"); // true: in the set
 * policy.allows("https://presence.example.com", "presence.example.com"); // true: same origin
 * policy.allows("https://evil.example", "presence.example.com"); // false
 * }</pre>
 *
 * <p>A browser sends {@code Origin} with every WebSocket handshake but does not stop the handshake
 * by itself, so the server must look (cross-site WebSocket hijacking). Programs that are no browser
 * send no {@code Origin}; the rule does not concern them.
 */
package io.voicepresence.origin;
