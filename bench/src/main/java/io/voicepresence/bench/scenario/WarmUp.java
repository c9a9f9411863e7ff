package io.voicepresence.bench.scenario;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Repeats a piece of work until its cost falls no more. A JIT compiler works in the same process
 * and is at it for up to a minute, longer the busier its core is; a fixed time would measure it
 * instead of the server, or waste the time of those who have none.
 *
 * <p>The lowest cost counts, as other work on the machine can only raise one.
 *
 * @param most how long at most
 * @param nanoTime the clock
 */
record WarmUp(Duration most, LongSupplier nanoTime) {
  /** So many windows without a new lowest cost mean that there is none to come: compilers pause. */
  private static final int PATIENCE = 8;

  /** What is not lower than this share of the lowest one is as good as it. */
  private static final double LOWER = 0.97;

  /**
   * Runs windows of work.
   *
   * @param window works and returns what it cost, in any unit
   * @return seconds it took
   */
  double run(DoubleSupplier window) {
    long started = nanoTime.getAsLong();
    double lowest = window.getAsDouble();
    int since = 0;
    long took = nanoTime.getAsLong() - started;
    while (since < PATIENCE && took < most.toNanos()) {
      double cost = window.getAsDouble();
      since++;
      if (cost < LOWER * lowest) {
        lowest = cost;
        since = 0;
      }
      took = nanoTime.getAsLong() - started;
    }
    return took / 1e9;
  }
}
