package io.voicepresence.presence;

import java.time.Duration;

/**
 * The times and bounds that presence lives by.
 *
 * @param ttl how long a request keeps a user present without another one; at least 1 s
 * @param disconnectGrace how long a user stays after the last socket dropped
 * @param maxChannelsPerUser how many channels one user may be in at once, at least 1
 */
public record PresenceSettings(Duration ttl, Duration disconnectGrace, int maxChannelsPerUser) {

  /**
   * How often a node prolongs the deadlines of the users that its sockets vouch for. With a grace
   * shorter than {@link #SLACK} it does so every {@link #SWEEP_INTERVAL}.
   */
  public static final Duration PROLONG_INTERVAL = Duration.ofSeconds(1);

  /**
   * What a socket's deadline has on top of the grace, so that a live socket's user never comes
   * close to it: two rounds of prolonging.
   */
  public static final Duration SLACK = PROLONG_INTERVAL.multipliedBy(2);

  /** How often a node looks for deadlines that have passed; an expiry is announced within 1 s. */
  public static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

  public static final PresenceSettings DEFAULTS =
      new PresenceSettings(Duration.ofSeconds(300), Duration.ofSeconds(20), 1_000);

  public PresenceSettings {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("ttl is at least 1 s, not " + ttl);
    }
    if (disconnectGrace.isNegative()) {
      throw new IllegalArgumentException("disconnectGrace is not negative: " + disconnectGrace);
    }
    if (maxChannelsPerUser < 1) {
      throw new IllegalArgumentException("maxChannelsPerUser is at least 1");
    }
  }

  /**
   * How often a node prolongs with these settings. Where one device of a user drops, the grace
   * begins, and the node of another device must come before its end.
   */
  public Duration prolongInterval() {
    return disconnectGrace.compareTo(SLACK) < 0 ? SWEEP_INTERVAL : PROLONG_INTERVAL;
  }

  /** How far ahead a live socket's deadline is set. */
  public Duration socketDeadline() {
    return disconnectGrace.plus(SLACK);
  }
}
