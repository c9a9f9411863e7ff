/**
 * The HTTP edge: one controller for each group of routes, each a straight line from the request to
 * {@link io.voicepresence.presence.PresenceService}. Errors are problems (RFC 9457) out of the
 * table in {@code error}. Handlers run on virtual threads and may block.
 */
package io.voicepresence.http;
