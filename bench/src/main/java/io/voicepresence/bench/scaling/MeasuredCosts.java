package io.voicepresence.bench.scaling;

/**
 * Rough ones, until there is a report of a whole {@code make bench}: single quick runs of
 * 2026-11-22 on two shared cores. Measured so: a delivery (between that of one large room and that
 * of many small ones), a connection, its memory, and the scripts in Redis. Estimated from profiles:
 * a command by a socket with Redis, an event from the feed, a prolonging call and its users, a
 * publication, the bytes of an event.
 */
final class MeasuredCosts {
  static final Costs LATEST = new Costs(8, 90, 15, 200, 20, 18, 1.5, 8, 2.5, 4_500, 400);

  private MeasuredCosts() {}
}
