package io.voicepresence.presence.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of one server: a line when it goes and one when it comes back, however many
 * tries lie between; another one in between only where the reason is a new one.
 */
final class LinkLog {
  private static final Logger log = LoggerFactory.getLogger(LinkLog.class);
  private static final Duration BETWEEN_REASONS = Duration.ofSeconds(10);

  /** How Netty introduces an error of the operating system. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private final String server;
  private final LongSupplier nanoTime;
  private Optional<String> downBecause = Optional.empty();
  private boolean wasUp;
  private Optional<Long> lastReason = Optional.empty();
  private Optional<Long> lastRefusal = Optional.empty();

  LinkLog(String server, LongSupplier nanoTime) {
    this.server = server;
    this.nanoTime = nanoTime;
  }

  synchronized void down(Throwable failure) {
    down(reason(failure));
  }

  synchronized void down(String because) {
    String reason = SYSTEM_CALL.matcher(because).replaceFirst("");
    boolean isNew = downBecause.isEmpty();
    if (isNew || (!downBecause.get().equals(reason) && isDue(lastReason))) {
      downBecause = Optional.of(reason);
      lastReason = Optional.of(nanoTime.getAsLong());
      log.warn("Redis {} is out of reach: {}. Trying until it answers", server, reason);
    }
  }

  synchronized void up() {
    if (downBecause.isPresent()) {
      log.info("Redis {} is {}", server, wasUp ? "back" : "connected");
    }
    downBecause = Optional.empty();
    wasUp = true;
  }

  void stalled() {
    log.warn("Redis {} does not answer in time: refusing commands until it does", server);
  }

  void recovered() {
    log.info("Redis {} answers again", server);
  }

  /** An operator must do something, and soon enough is told so. */
  synchronized void refused(String message) {
    if (isDue(lastRefusal)) {
      lastRefusal = Optional.of(nanoTime.getAsLong());
      log.error("Redis {} refuses commands: {}", server, explained(message));
    }
  }

  private boolean isDue(Optional<Long> last) {
    return last.isEmpty() || nanoTime.getAsLong() - last.get() >= BETWEEN_REASONS.toNanos();
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    boolean tls = false;
    while (root.getCause() != null && !(root instanceof RedisCommandExecutionException)) {
      tls |= root instanceof SSLException;
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    if (root instanceof RedisCommandExecutionException) {
      return explained(message);
    }
    return tls || root instanceof SSLException
        ? "no TLS with it: " + message + " (see REDIS_CA)"
        : message;
  }

  /** Redis' own words, and what they mean for our configuration. */
  private static String explained(String message) {
    int end = message.indexOf(' ');
    String toDo =
        switch (end < 0 ? message : message.substring(0, end)) {
          case "NOAUTH" -> " (REDIS_URL needs a password)";
          case "WRONGPASS" -> " (the user or password in REDIS_URL is wrong)";
          case "NOPERM" -> " (the ACL of the user in REDIS_URL lacks a right)";
          case "OOM" -> " (its maxmemory is reached)";
          case "MOVED" -> " (it is a Cluster: REDIS_URL must be redis-cluster://)";
          default -> "";
        };
    return message + toDo;
  }
}
