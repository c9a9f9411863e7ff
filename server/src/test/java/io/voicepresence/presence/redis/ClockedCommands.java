package io.voicepresence.presence.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.voicepresence.presence.StoreClock;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Puts a test's clock in the place of the server's: scripts read the time from a key, which is set
 * before each command.
 */
final class ClockedCommands implements RedisCommands {
  private static final String CLOCK_KEY = "test:clock";

  private final RedisCommands commands;
  private final StoreClock clock;

  ClockedCommands(RedisCommands commands, StoreClock clock) {
    this.commands = commands;
    this.clock = clock;
  }

  /** The script on the test's clock, which keys' times to live, being the server's, do not know. */
  static RedisScript onTestClock(RedisScript script) {
    String text =
        script
            .text()
            .replace(
                "redis.call('TIME')",
                "(function() local ms = tonumber(redis.call('GET', '"
                    + CLOCK_KEY
                    + "')) return { math.floor(ms / 1000), ms % 1000 * 1000 } end)()")
            .replaceAll("redis\\.call\\('PTTL', [^)]*\\)", "0");
    return RedisScript.of(script.name(), text);
  }

  @Override
  public synchronized <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    byte[] now = Long.toString(clock.now().toEpochMilli()).getBytes(StandardCharsets.US_ASCII);
    var _ = commands.send(CLOCK_KEY, c -> c.set(CLOCK_KEY, now));
    return commands.send(key, command);
  }

  @Override
  public String serverOf(String key) {
    return commands.serverOf(key);
  }

  @Override
  public boolean clustered() {
    return commands.clustered();
  }
}
