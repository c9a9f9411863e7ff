package io.voicepresence.bench.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Repeats a piece of work until its cost falls no more. A JIT compiler works in the same process
 * and is at it for up to a minute, longer the busier its core is; a fixed time would measure it
 * instead of the server, or waste the time of those who have none.
 *
 * @param most how long at most
 * @param nanoTime the clock
 */
record WarmUp(Duration most, LongSupplier nanoTime) {
  /** Windows whose mean is compared with that of as many before them. */
  private static final int COMPARED = 3;

  /** What is lower than this share of the windows before is still falling. */
  private static final double STANDS_STILL = 0.97;

  /**
   * Runs windows of work.
   *
   * @param window works and returns what it cost, in any unit
   * @return seconds it took
   */
  double run(DoubleSupplier window) {
    long started = nanoTime.getAsLong();
    List<Double> costs = new ArrayList<>();
    long took;
    do {
      costs.add(window.getAsDouble());
      took = nanoTime.getAsLong() - started;
    } while (took < most.toNanos() && isFalling(costs));
    return took / 1e9;
  }

  private static boolean isFalling(List<Double> costs) {
    int count = costs.size();
    return count < 2 * COMPARED
        || mean(costs.subList(count - COMPARED, count))
            < STANDS_STILL * mean(costs.subList(count - 2 * COMPARED, count - COMPARED));
  }

  private static double mean(List<Double> costs) {
    return costs.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
