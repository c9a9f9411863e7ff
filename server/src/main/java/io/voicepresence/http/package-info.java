/**
 * The HTTP edge: one controller for each group of routes, each a straight line from the request to
 * {@link io.voicepresence.presence.PresenceService}. Errors are problems (RFC 9457) out of the
 * table in {@code error}. Handlers run on virtual threads and may block, or in the event loop where
 * nothing waits ({@code AtOnce}).
 */
package io.voicepresence.http;
