package io.voicepresence.presence.redis.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for what a server must come to, thirty seconds at most. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /** Asks until the answer is the wanted one; a failed question is asked again. */
  public static <T> T until(String what, Callable<T> question, Predicate<T> wanted) {
    long end = System.nanoTime() + LIMIT.toNanos();
    Exception last = null;
    do {
      try {
        T answer = question.call();
        if (wanted.test(answer)) {
          return answer;
        }
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(10_000_000);
    } while (System.nanoTime() < end);
    throw new AssertionError(what + " did not come true in " + LIMIT, last);
  }
}
