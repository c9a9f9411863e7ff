package io.voicepresence.presence.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stops commands to a server that does not answer, so that they fail at once instead of after the
 * time-out each (Nygard, "Release It!"). One connection answers in order, so time-outs in a row are
 * the sign, and not a rate. No request is ever the probe: the link's own PING closes it again.
 */
final class CircuitBreaker {
  /** In a row. One alone is a hiccup; more than a few make users wait for nothing. */
  static final int TIMEOUTS_TO_OPEN = 5;

  private final AtomicInteger timeouts = new AtomicInteger();
  private final AtomicBoolean open = new AtomicBoolean();

  boolean isOpen() {
    return open.get();
  }

  /** A command was answered in time, be it with an error. */
  void answered() {
    if (timeouts.get() != 0) {
      timeouts.set(0);
    }
  }

  /** A command was not answered in time. Returns whether that opened it. */
  boolean timedOut() {
    return timeouts.incrementAndGet() >= TIMEOUTS_TO_OPEN && trip();
  }

  /** Opens it. Returns false where it was open already. */
  boolean trip() {
    return open.compareAndSet(false, true);
  }

  /** Lets commands pass again. Returns false where they did already. */
  boolean close() {
    timeouts.set(0);
    return open.compareAndSet(true, false);
  }
}
