package io.voicepresence.presence;

import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** One round of steps against the store: several at once, and an end also where it is slow. */
final class ProlongRound {
  private static final int AT_ONCE = 32;

  /**
   * So many steps without an answer, and none with one: the others would wait for none either. Of
   * several servers one may be out of reach, and that is nothing to the channels of the others.
   */
  private static final int OUT_OF_REACH_AFTER = 8;

  /** As long as the slack that a socket's deadline has. */
  private static final Duration LONGEST = PresenceSettings.SLACK;

  private final LongSupplier nanoTime;
  private final StoreOutage outage;
  private final long startedAt;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();

  ProlongRound(LongSupplier nanoTime, StoreOutage outage) {
    this.nanoTime = nanoTime;
    this.outage = outage;
    this.startedAt = nanoTime.getAsLong();
  }

  /**
   * Takes what is waiting step by step, and returns when all of it is done or the round is over.
   */
  <T> void forEach(Queue<T> waiting, Consumer<T> step) {
    int workers = Math.min(waiting.size(), AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int worker = 0; worker < workers; worker++) {
        threads.execute(() -> work(waiting, step));
      }
    }
  }

  /** Whether every step that was taken got its answer. */
  boolean answered() {
    return unanswered.get() == 0;
  }

  private <T> void work(Queue<T> waiting, Consumer<T> step) {
    for (T next = next(waiting); next != null; next = next(waiting)) {
      try {
        step.accept(next);
        answered.incrementAndGet();
        outage.worked();
      } catch (Throwable failed) {
        // The others are not to suffer; this one is tried again with the next round.
        outage.failed(failed);
        if (failed instanceof RequestException refused && refused.code() == ErrorCode.UNAVAILABLE) {
          unanswered.incrementAndGet();
        }
      }
    }
  }

  private <T> T next(Queue<T> waiting) {
    boolean over =
        (unanswered.get() >= OUT_OF_REACH_AFTER && answered.get() == 0)
            || nanoTime.getAsLong() - startedAt > LONGEST.toNanos();
    return over ? null : waiting.poll();
  }
}
