package io.voicepresence.presence.redis;

import io.voicepresence.presence.PresenceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a script: the file of that name, with what it includes, after the times and bounds
 * that presence lives by.
 *
 * @param sha1 what the server calls it by
 */
record RedisScript(String name, String text, String sha1) {

  /**
   * By how much a user's key outlives its deadline, so that the sweeper, which looks every 250 ms,
   * still finds the last state in it. Less than half a second: {@code TTL} rounds it away.
   */
  static final Duration KEY_MARGIN = Duration.ofMillis(499);

  /** How long an empty channel keeps its version. */
  static final Duration VERSION_TTL = Duration.ofHours(1);

  /** How long a node that could not reach the store may still ask whether a stay was ended. */
  static final Duration LEFT_TTL = Duration.ofMinutes(10);

  private static final Duration LONGEST_LOOK_INTERVAL = Duration.ofSeconds(10);
  static final Duration LEAST_GRACE = PresenceSettings.SWEEP_INTERVAL.multipliedBy(3);

  private static final Pattern INCLUDE = Pattern.compile("(?m)^ *--#include (\\w+)$");

  static RedisScript load(String name, PresenceSettings settings) {
    return of(name, constants(forManyNodes(settings)) + resolved(name));
  }

  static RedisScript of(String name, String text) {
    return new RedisScript(name, text, sha1Of(text));
  }

  /**
   * How long a user's key lives when a socket vouches: as a request's, and never shorter than the
   * deadline.
   */
  static Duration socketKeyTtl(PresenceSettings settings) {
    Duration longest =
        settings.ttl().compareTo(settings.socketDeadline()) > 0
            ? settings.ttl()
            : settings.socketDeadline();
    return longest.plus(KEY_MARGIN);
  }

  /**
   * How often a channel is looked at, at most: any deadline that is set after a look is further
   * ahead than the next one.
   */
  static Duration lookInterval(PresenceSettings settings) {
    Duration shortest =
        settings.ttl().compareTo(settings.disconnectGrace()) < 0
            ? settings.ttl()
            : settings.disconnectGrace();
    Duration half = shortest.dividedBy(2);
    if (half.compareTo(PresenceSettings.SWEEP_INTERVAL) < 0) {
      return PresenceSettings.SWEEP_INTERVAL;
    }
    return half.compareTo(LONGEST_LOOK_INTERVAL) > 0 ? LONGEST_LOOK_INTERVAL : half;
  }

  /**
   * As the scripts go by them. With a grace of nothing one device's drop would end a user before
   * the node of another device comes to prolong: here it comes three times in the shortest grace.
   */
  static PresenceSettings forManyNodes(PresenceSettings settings) {
    return settings.disconnectGrace().compareTo(LEAST_GRACE) >= 0
        ? settings
        : new PresenceSettings(settings.ttl(), LEAST_GRACE, settings.maxChannelsPerUser());
  }

  private static String constants(PresenceSettings settings) {
    return """
        local TTL = %d
        local GRACE = %d
        local SOCKET_DEADLINE = %d
        local SOCKET_KEY_TTL = %d
        local KEY_MARGIN = %d
        local VERSION_TTL = %d
        local LEFT_TTL = %d
        local LOOK_INTERVAL = %d
        local MAX_CHANNELS = %d
        """
        .formatted(
            settings.ttl().toMillis(),
            settings.disconnectGrace().toMillis(),
            settings.socketDeadline().toMillis(),
            socketKeyTtl(settings).toMillis(),
            KEY_MARGIN.toMillis(),
            VERSION_TTL.toMillis(),
            LEFT_TTL.toMillis(),
            lookInterval(settings).toMillis(),
            settings.maxChannelsPerUser());
  }

  private static String resolved(String name) {
    return INCLUDE
        .matcher(read(name))
        .replaceAll(include -> Matcher.quoteReplacement(read(include.group(1))));
  }

  private static String read(String name) {
    try (InputStream file = RedisScript.class.getResourceAsStream(name + ".lua")) {
      if (file == null) {
        throw new IllegalStateException("There is no script " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1Of(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
