package io.voicepresence.presence.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Lets one log line pass in a while, and counts those that did not. From any thread. */
final class LogThrottle {
  private final LongSupplier nanoTime;
  private final long pause;
  private final AtomicLong nextAt;
  private final AtomicLong unsaid = new AtomicLong();

  LogThrottle(LongSupplier nanoTime, Duration pause) {
    this.nanoTime = nanoTime;
    this.pause = pause.toNanos();
    this.nextAt = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * @param line writes the line; is given how many were left out before it
   */
  void log(LongConsumer line) {
    long now = nanoTime.getAsLong();
    long next = nextAt.get();
    if (now - next >= 0 && nextAt.compareAndSet(next, now + pause)) {
      line.accept(unsaid.getAndSet(0));
    } else {
      var _ = unsaid.incrementAndGet();
    }
  }
}
