package io.voicepresence.bench.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What a run did.
 *
 * @param events the updates that were sent
 * @param deliveries the events that reached sockets
 * @param took from the first update to the last delivery
 * @param latencies from the intended time of an update to each delivery, in nanoseconds
 * @param faults what went wrong with deliveries; empty if nothing did
 */
public record LoadResult(
    long events, long deliveries, Duration took, Histogram latencies, String faults) {

  /** Whether nothing can be concluded from it. */
  public boolean isVoid() {
    return !faults.isEmpty();
  }

  /** A percentile of the latencies in milliseconds. */
  public double millis(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e6;
  }

  /** This result, if it is not void. */
  public LoadResult orThrow() {
    if (isVoid()) {
      throw new LoadException("Void: " + faults);
    }
    return this;
  }
}
