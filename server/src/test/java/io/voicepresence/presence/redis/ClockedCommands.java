package io.voicepresence.presence.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.voicepresence.presence.StoreClock;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts a test's clock in the place of the server's: scripts read the time from a key in the slot of
 * their own, which is set before each command.
 */
final class ClockedCommands implements RedisCommands {
  private static final String CLOCK_KEY = "test:clock:";
  private static final Pattern TAG = Pattern.compile("\\{.*?}");

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
                    + "' .. (string.match(KEYS[1], '{.-}') or '')))"
                    + " return { math.floor(ms / 1000), ms % 1000 * 1000 } end)()")
            .replaceAll("redis\\.call\\('PTTL', [^)]*\\)", "0");
    return RedisScript.of(script.name(), text);
  }

  @Override
  public synchronized <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    byte[] now = Long.toString(clock.now().toEpochMilli()).getBytes(StandardCharsets.US_ASCII);
    Matcher tag = TAG.matcher(key);
    String clockKey = CLOCK_KEY + (tag.find() ? tag.group() : "");
    var _ = commands.send(clockKey, c -> c.set(clockKey, now));
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
