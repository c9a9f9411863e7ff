package io.voicepresence.presence;

/**
 * What vouches for a user's being there, and so how long the presence lasts by itself.
 *
 * <p>A user has one deadline, and these are the rules for it:
 *
 * <ul>
 *   <li>A {@link #SOCKET} claim sets it to now + grace + slack, also where it was later: once a
 *       socket vouches for a user, the socket decides, so that a client which joined by HTTP as
 *       well is no ghost for minutes after its tab crashed. The node prolongs the deadline while
 *       the socket lives, and sets it to now + grace when the socket drops.
 *   <li>A {@link #REQUEST} claim sets it to now + TTL, but leaves it alone while a socket vouches,
 *       and never shortens it. In the grace after a socket dropped it takes over: the client is
 *       alive, if only by HTTP.
 * </ul>
 */
public enum Claim {
  /** A single request, by HTTP. The client refreshes before the TTL is over. */
  REQUEST,
  /** A live socket. */
  SOCKET
}
