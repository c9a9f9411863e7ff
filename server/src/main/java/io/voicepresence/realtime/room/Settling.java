package io.voicepresence.realtime.room;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The time that a repair gives all nodes to re-assert users whom the store lost. A loss that comes
 * on top of another has it begin anew: who was re-asserted after the first is lost with the second.
 *
 * <p>While nothing at all is stored, a first re-assertion looks as a new loss does. So the look
 * after it comes early, to begin in time.
 */
final class Settling {
  private final Duration settle;
  private OptionalLong loss = OptionalLong.empty();
  private Duration waited = Duration.ZERO;

  Settling(Duration settle) {
    this.settle = settle;
  }

  /** Whether no loss was seen before. */
  boolean begins() {
    return loss.isEmpty();
  }

  /** How long to wait before the next look, which will have been waited then. */
  Duration pause(long seen) {
    if (!loss.equals(OptionalLong.of(seen))) {
      loss = OptionalLong.of(seen);
      waited = Duration.ZERO;
    }
    Duration step = seen == Look.Settle.NOTHING_STORED ? settle.dividedBy(2) : settle;
    waited = waited.plus(step);
    return step;
  }

  /** The loss after which the time is over, if it is. */
  OptionalLong over() {
    return waited.compareTo(settle) >= 0 ? loss : OptionalLong.empty();
  }

  /** Nobody could re-assert anything meanwhile. */
  void reset() {
    loss = OptionalLong.empty();
    waited = Duration.ZERO;
  }
}
