package io.voicepresence.presence.redis;

import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Writes down what it hears of a channel. */
final class Heard implements ChangeFeed.Listener {
  private final List<Long> versions = new CopyOnWriteArrayList<>();
  private final AtomicInteger doubts = new AtomicInteger();
  private volatile long last;

  @Override
  public void onChange(PresenceEvent event, long previous) {
    versions.add(event.version());
    last = event.version();
  }

  @Override
  public void onDoubt() {
    var _ = doubts.incrementAndGet();
  }

  List<Long> versions() {
    return versions;
  }

  long last() {
    return last;
  }

  int doubts() {
    return doubts.get();
  }

  /** Waits for a condition; fails with its description when it does not come true in time. */
  static void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(what + " did not come true within " + limit);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, Duration.ofSeconds(10), condition);
  }
}
