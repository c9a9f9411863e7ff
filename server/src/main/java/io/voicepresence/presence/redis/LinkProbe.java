package io.voicepresence.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;

/**
 * What a link's probes tell: whether messages that take the way of all commands arrive on it.
 *
 * <p>A probe counts by the moment it was <em>sent</em>. One that lay in a socket's buffer while the
 * process was frozen says nothing about now.
 *
 * <p>Written by the keeper's thread, but for {@link #returned}; read by any.
 */
final class LinkProbe {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Two probes may get lost; the third makes the link starved. */
  static final Duration STARVED_AFTER = Duration.ofSeconds(3);

  /** More than can be on the way before the link is starved. */
  private static final int REMEMBERED = 16;

  private final String channel;
  private final String prefix;
  private final long[] sentAt = new long[REMEMBERED];
  private volatile long sent;
  private volatile long nextAt;
  private volatile long quietSince;
  private volatile long backAt;
  private volatile boolean cameBack;

  /**
   * @param channel the shard channel that the probes go over
   * @param node tells this node's probes from those of others
   * @param now when the link began, in nanoseconds as all times here
   */
  LinkProbe(String channel, String node, long now) {
    this.channel = channel;
    this.prefix = node + " ";
    this.nextAt = now;
    this.quietSince = now;
  }

  String channel() {
    return channel;
  }

  boolean due(long now) {
    return now - nextAt >= 0;
  }

  /** The next probe, which goes out now. */
  byte[] next(long now) {
    long number = sent + 1;
    synchronized (sentAt) {
      sentAt[(int) (number % REMEMBERED)] = now;
    }
    sent = number;
    nextAt = now + INTERVAL.toNanos();
    return (prefix + number).getBytes(US_ASCII);
  }

  /**
   * A message came back over the probe's channel. On the link's thread.
   *
   * @return whether it was the first good one
   */
  boolean returned(byte[] message) {
    String text = new String(message, US_ASCII);
    if (text.length() > prefix.length() + 19 || !text.startsWith(prefix)) {
      return false;
    }
    long number;
    try {
      number = Long.parseLong(text.substring(prefix.length()));
    } catch (NumberFormatException notOurs) {
      return false;
    }
    if (number < 1 || number > sent || number <= sent - REMEMBERED) {
      return false;
    }
    synchronized (sentAt) {
      long at = sentAt[(int) (number % REMEMBERED)];
      boolean first = !cameBack;
      if (first || at - backAt > 0) {
        backAt = at;
      }
      cameBack = true;
      return first;
    }
  }

  /** Whether a probe came back lately. */
  boolean fresh(long now) {
    return cameBack && now - backAt <= STARVED_AFTER.toNanos();
  }

  /** Whether the link had its time and nothing came back. */
  boolean starved(long now) {
    long silentFor = now - quietSince;
    return silentFor > STARVED_AFTER.toNanos() && !fresh(now);
  }

  /** Lets the next probe go out now. */
  void hurry(long now) {
    nextAt = now;
  }

  /** This process itself stood still: the link gets its time anew, {@link #fresh} does not. */
  void excuse(long now) {
    quietSince = now;
    hurry(now);
  }
}
