package io.voicepresence.presence.redis;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * How Redis is talked to.
 *
 * @param commandTimeout how long a command may take, its retries included; at most 1 s
 * @param maxInFlight commands that wait for one server's answers at once
 * @param trusted who may have signed the server's certificate; none: whom the JVM trusts
 */
public record RedisSettings(
    Duration commandTimeout, int maxInFlight, List<X509Certificate> trusted) {

  /** Longer, and a client would have given up or tried again. */
  public static final Duration MAX_COMMAND_TIMEOUT = Duration.ofSeconds(1);

  /** What a server answers within about a tenth of a second. */
  public static final int DEFAULT_MAX_IN_FLIGHT = 10_000;

  public RedisSettings {
    if (commandTimeout.compareTo(MAX_COMMAND_TIMEOUT) > 0 || !commandTimeout.isPositive()) {
      throw new IllegalArgumentException("A time-out of " + commandTimeout);
    }
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("Commands in flight: " + maxInFlight);
    }
    trusted = List.copyOf(trusted);
  }
}
