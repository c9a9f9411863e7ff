package io.voicepresence.bench.scaling;

/**
 * Of a run of {@code make bench} on 2026-11-22, two rounds on two shared cores: a delivery (between
 * that of one large room and those of many small ones), a connection and its memory. Measured apart
 * on that day: a command by a socket with Redis, and the scripts in Redis, which a build with
 * another allocator makes nearly twice as fast. Estimated from profiles: an event from the feed, a
 * prolonging call and its users, a publication, the bytes of an event.
 */
final class MeasuredCosts {
  static final Costs LATEST = new Costs(8, 110, 20, 67, 20, 18, 1.5, 8, 2.5, 2_800, 400);

  private MeasuredCosts() {}
}
