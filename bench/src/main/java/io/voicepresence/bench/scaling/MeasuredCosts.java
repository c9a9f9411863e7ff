package io.voicepresence.bench.scaling;

/**
 * Of the report of 2026-11-23, two rounds on two shared cores: a delivery (between that of one
 * large room and those of many small ones), a connection and its memory. Measured apart the day
 * before: a command by a socket with Redis, and the scripts in Redis, with jemalloc. Estimated from
 * profiles: an event from the feed, a prolonging call and its users, a publication, the bytes of an
 * event.
 */
final class MeasuredCosts {
  static final Costs LATEST = new Costs(8, 110, 20, 58, 20, 18, 1.5, 8, 2.5, 4_400, 400);

  private MeasuredCosts() {}
}
