package io.voicepresence.presence.redis;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the clocks of the store's servers show, as far as this node knows from their answers. Used
 * for the fence alone, never for a deadline.
 */
final class StoreTimes {
  /** The command time-out, and as much again for what the estimate is wrong by. */
  static final Duration FENCE = Duration.ofSeconds(2);

  private final ConcurrentHashMap<String, Long> offsets = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  StoreTimes(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A server's clock was seen, in milliseconds. */
  void learn(String server, long time) {
    offsets.put(server, time - ticks());
  }

  /** After which time of its own the server is not to carry out a command that is sent now. */
  long notAfter(String server) {
    return now(server) + FENCE.toMillis();
  }

  /**
   * About what the server's clock shows, in milliseconds; far in the past where it is not known.
   */
  long now(String server) {
    Long offset = offsets.get(server);
    return offset == null ? -FENCE.toMillis() : offset + ticks();
  }

  private long ticks() {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
  }
}
