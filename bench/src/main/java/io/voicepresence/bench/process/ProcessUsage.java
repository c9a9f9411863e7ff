package io.voicepresence.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says that a process uses, all its threads together. Linux only. */
public final class ProcessUsage {
  /** {@code USER_HZ}, which is 100 on every Linux that runs a JVM. */
  private static final long TICK_NANOS = 10_000_000;

  /** Fields 14 and 15 of {@code /proc/<pid>/stat}, counted after the name in parentheses. */
  private static final int USER_TIME = 11;

  private static final Pattern RESIDENT = Pattern.compile("(?m)^Rss:\\s+(\\d+) kB");

  private ProcessUsage() {}

  /** CPU time so far, in user and in system mode; to 10 ms. */
  public static Duration cpu(long pid) {
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
    return Duration.ofNanos(ticks * TICK_NANOS);
  }

  /** Bytes in memory. */
  public static long resident(long pid) {
    Matcher matcher = RESIDENT.matcher(read(pid, "smaps_rollup"));
    if (!matcher.find()) {
      throw new IllegalStateException("smaps_rollup without Rss");
    }
    return Long.parseLong(matcher.group(1)) * 1024;
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
