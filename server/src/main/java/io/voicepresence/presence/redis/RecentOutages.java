package io.voicepresence.presence.redis;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Which servers were out of reach a moment ago. Deadlines passed there because nobody could move
 * them: before anybody is announced, every node gets the time to prolong for its live sockets.
 */
final class RecentOutages {
  /** Two rounds of prolonging, and a time-out. */
  static final Duration HOLD = Duration.ofSeconds(3);

  /** Signs of life come at least each second or two: with such a gap this node stood still. */
  private static final Duration OWN_PAUSE = Duration.ofSeconds(3);

  private final ConcurrentHashMap<String, Long> lastTrouble = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final Duration hold;
  private long lastSign;

  /** When this node began, or woke. */
  private volatile long since;

  /**
   * @param nanoTime a clock that never goes back, in nanoseconds
   * @param hold how long a server that is back is left alone
   */
  RecentOutages(LongSupplier nanoTime, Duration hold) {
    this.nanoTime = nanoTime;
    this.hold = hold;
    this.lastSign = nanoTime.getAsLong();
    this.since = lastSign;
  }

  /** A command to that server had no answer. */
  void failed(String server) {
    lastTrouble.put(server, nanoTime.getAsLong());
  }

  /**
   * A sign of life of this node: at the begin and the end of a round of looking, and after each of
   * its steps, so that a round that lasts is no pause, and a pause within a round is one.
   */
  synchronized void running() {
    long now = nanoTime.getAsLong();
    if (now - lastSign > OWN_PAUSE.toNanos()) {
      // All of them are as good as new: this node could not hear of anything.
      lastTrouble.clear();
      since = now;
    }
    lastSign = now;
  }

  /**
   * Whether this node itself began, or woke, so short a time ago that nobody is to be announced.
   */
  boolean isNew() {
    return nanoTime.getAsLong() - since < hold.toNanos();
  }

  /** Whether nobody on that server is to be announced now; of a new server, a promoted one, too. */
  boolean mustWait(String server) {
    long now = nanoTime.getAsLong();
    return now - lastTrouble.computeIfAbsent(server, _ -> now) < hold.toNanos();
  }
}
