package io.voicepresence.presence;

import java.util.List;

/**
 * How many users are where, counted for the metrics.
 *
 * @param occupancies the number of users of each channel that has any
 */
public record Census(List<Integer> occupancies) {
  public Census {
    occupancies = List.copyOf(occupancies);
  }

  /** Users in voice, one for each channel that a user is in. */
  public long activeUsers() {
    return occupancies.stream().mapToLong(Integer::longValue).sum();
  }
}
