package io.voicepresence.presence.redis.server;

import java.time.Duration;
import java.util.function.Predicate;

/** What a {@link ChaosProxy} does to its connections at the moment. */
final class Faults {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private Duration delay = Duration.ZERO;
  private Predicate<ProxiedLink> blackholed = _ -> false;
  private int replyAllowance = UNLIMITED;

  synchronized void delay(Duration longer) {
    delay = longer;
  }

  synchronized void blackhole(Predicate<ProxiedLink> which) {
    blackholed = which;
  }

  synchronized void dropRepliesAfter(int bytes) {
    replyAllowance = bytes;
  }

  synchronized void repair() {
    delay = Duration.ZERO;
    blackholed = _ -> false;
    replyAllowance = UNLIMITED;
    notifyAll();
  }

  /** Holds the caller up as long as a fault says so. */
  void pass(ProxiedLink link) throws InterruptedException {
    Duration wait;
    synchronized (this) {
      wait = delay;
    }
    Thread.sleep(wait);
    synchronized (this) {
      while (blackholed.test(link)) {
        wait();
      }
    }
  }

  /** How many of so many bytes of a reply go through; uses them up. */
  synchronized int takeAllowance(int length) {
    int taken = Math.min(length, replyAllowance);
    if (replyAllowance != UNLIMITED) {
      replyAllowance -= taken;
    }
    return taken;
  }
}
