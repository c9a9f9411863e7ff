package io.voicepresence.bench.process;

import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the commands that clients send to a Redis, by name; what scripts call is left out. */
public final class RedisMonitor implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("^\\+\\S+ \\[\\d+ ([^\\]]+)\\] \"([^\"]+)\"");

  private final RedisConnection connection;
  private final Map<String, Long> counts = new TreeMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Begins to count. */
  public RedisMonitor(RedisServer redis) {
    connection = new RedisConnection(redis.address());
    var _ = connection.call("MONITOR");
    Thread.ofPlatform().daemon().name("monitor").start(this::read);
  }

  /** Commands so far, by name in lower case. */
  public Map<String, Long> counts() {
    lock.lock();
    try {
      return new TreeMap<>(counts);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  private void read() {
    try {
      while (true) {
        count(connection.line());
      }
    } catch (UncheckedIOException closed) {
      // That is how close() ends it.
    }
  }

  private void count(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.find() || matcher.group(1).equals("lua")) {
      return;
    }
    lock.lock();
    try {
      var _ = counts.merge(matcher.group(2).toLowerCase(Locale.ROOT), 1L, Long::sum);
    } finally {
      lock.unlock();
    }
  }
}
