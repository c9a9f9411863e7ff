package io.voicepresence.presence;

import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Tells of a store out of reach in two lines, one when it begins and one when it is over, however
 * many tries fail in between. Where some tries fail and others do not, there is such a pair every
 * 10 s at most.
 */
public final class StoreOutage {
  private static final Duration APART = Duration.ofSeconds(10);

  private final Logger log;
  private final String attempt;
  private final LongSupplier nanoTime;
  private long toldAt;
  private boolean toldBefore;
  private volatile boolean told;

  /**
   * @param attempt what fails, as in "Failed to <i>prolong deadlines</i>"
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public StoreOutage(Logger log, String attempt, LongSupplier nanoTime) {
    this.log = log;
    this.attempt = attempt;
    this.nanoTime = nanoTime;
  }

  /** A try failed. */
  public synchronized void failed(Throwable cause) {
    long now = nanoTime.getAsLong();
    if (!told && (!toldBefore || now - toldAt >= APART.toNanos())) {
      told = true;
      toldBefore = true;
      toldAt = now;
      if (cause instanceof RequestException refused) {
        log.error("Failed to {}, trying on: {}", attempt, refused.detail());
      } else {
        log.error("Failed to {}, trying on", attempt, cause);
      }
    }
  }

  /** A try succeeded. */
  public void worked() {
    if (told) {
      tellRecovery();
    }
  }

  private synchronized void tellRecovery() {
    if (told) {
      told = false;
      log.info("It works again to {}", attempt);
    }
  }
}
