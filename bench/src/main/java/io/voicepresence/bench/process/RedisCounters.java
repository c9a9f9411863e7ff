package io.voicepresence.bench.process;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Redis has counted so far.
 *
 * @param reads how often it read from a client: several commands in one packet are one read
 * @param commandMicros time in commands, by its own clock; where there are scripts, in these alone,
 *     as the commands that they call are part of them
 * @param cpu what its process used, system calls for the network included
 */
public record RedisCounters(long reads, long commandMicros, Duration cpu) {
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^cmdstat_([^:]+):calls=\\d+,usec=(\\d+)");
  private static final Pattern SCRIPT = Pattern.compile("fcall|fcall_ro|eval|evalsha|evalsha_ro");
  private static final Pattern READS = Pattern.compile("(?m)^total_reads_processed:(\\d+)");

  /** Reads the counters. */
  public static RedisCounters of(RedisServer redis) {
    try (RedisConnection connection = new RedisConnection(redis.address())) {
      String commands = connection.call("INFO commandstats");
      Matcher reads = READS.matcher(connection.call("INFO stats"));
      if (!reads.find()) {
        throw new IllegalStateException("INFO stats without total_reads_processed");
      }
      return new RedisCounters(Long.parseLong(reads.group(1)), micros(commands), redis.cpu());
    }
  }

  /** What was counted from an earlier moment to this one. */
  public RedisCounters since(RedisCounters earlier) {
    return new RedisCounters(
        reads - earlier.reads, commandMicros - earlier.commandMicros, cpu.minus(earlier.cpu));
  }

  private static long micros(String commands) {
    long scripts = 0;
    long all = 0;
    Matcher matcher = COMMAND.matcher(commands);
    while (matcher.find()) {
      long micros = Long.parseLong(matcher.group(2));
      if (!matcher.group(1).equals("info")) {
        all += micros;
      }
      if (SCRIPT.matcher(matcher.group(1)).matches()) {
        scripts += micros;
      }
    }
    return scripts > 0 ? scripts : all;
  }
}
