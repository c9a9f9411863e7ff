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
  private boolean failed;

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
    Duration whole = seen == Look.Settle.NOTHING_STORED ? settle.dividedBy(2) : settle;
    Duration left = settle.minus(waited);
    Duration step = whole.compareTo(left) < 0 ? whole : left;
    waited = waited.plus(step);
    return step;
  }

  /** The loss after which the time is over, if it is. */
  OptionalLong over() {
    return waited.compareTo(settle) >= 0 ? loss : OptionalLong.empty();
  }

  /** The store answered a look. */
  void looked() {
    failed = false;
  }

  /**
   * The store did not answer a look. With two in a row it was away, nobody could re-assert
   * anything, and all begins anew. With one, half the time stands where the loss is still the same:
   * the other half is more than the round in which each node re-asserts, should the store have been
   * away before that look too.
   */
  void lookFailed() {
    if (failed) {
      loss = OptionalLong.empty();
      waited = Duration.ZERO;
    }
    failed = true;
    Duration half = settle.dividedBy(2);
    waited = waited.compareTo(half) < 0 ? waited : half;
  }
}
