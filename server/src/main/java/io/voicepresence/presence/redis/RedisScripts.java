package io.voicepresence.presence.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.PresenceSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Runs scripts. A server that does not know one is sent its text; a command that reached a server
 * too late is sent again only while its caller still waits.
 */
final class RedisScripts {
  /** How long a caller waits, in all. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final String LATE = "LATE ";

  private final RedisCommands commands;
  private final PresenceSettings settings;
  private final StoreTimes times;
  private final LongSupplier nanoTime;
  private final Function<RedisScript, RedisScript> variant;
  private final RecentOutages outages;

  RedisScripts(RedisCommands commands, PresenceSettings settings, LongSupplier nanoTime) {
    this(
        commands,
        settings,
        nanoTime,
        Function.identity(),
        new RecentOutages(nanoTime, RecentOutages.HOLD));
  }

  /**
   * @param variant lets a test put its own clock into the scripts
   */
  RedisScripts(
      RedisCommands commands,
      PresenceSettings settings,
      LongSupplier nanoTime,
      Function<RedisScript, RedisScript> variant,
      RecentOutages outages) {
    this.commands = commands;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.variant = variant;
    this.outages = outages;
    this.times = new StoreTimes(nanoTime);
  }

  /** The script of that name, ready to run. */
  RedisScript load(String name) {
    return variant.apply(RedisScript.load(name, settings));
  }

  RecentOutages outages() {
    return outages;
  }

  StoreTimes times() {
    return times;
  }

  /**
   * Runs a script that may change something. Its first argument, which is added here, says after
   * which time it is not to be carried out.
   *
   * @return its reply, or what {@link RedisCommands#send} fails with
   */
  CompletableFuture<List<Object>> run(RedisScript script, List<String> keys, List<byte[]> values) {
    return fenced(script, keys, values, nanoTime.getAsLong());
  }

  /** Runs a script that does no harm however late. */
  CompletableFuture<List<Object>> read(RedisScript script, List<String> keys, List<byte[]> values) {
    String[] keyArray = keys.toArray(String[]::new);
    byte[][] valueArray = values.toArray(byte[][]::new);
    return send(
            keyArray[0],
            c -> c.evalsha(script.sha1(), ScriptOutputType.MULTI, keyArray, valueArray))
        .exceptionallyCompose(
            failed ->
                unwrap(failed) instanceof RedisNoScriptException
                    ? send(
                        keyArray[0],
                        c -> c.eval(script.text(), ScriptOutputType.MULTI, keyArray, valueArray))
                    : CompletableFuture.failedFuture(unwrap(failed)));
  }

  private CompletableFuture<List<Object>> fenced(
      RedisScript script, List<String> keys, List<byte[]> values, long since) {
    String server = commands.serverOf(keys.getFirst());
    List<byte[]> all = new ArrayList<>(values.size() + 1);
    all.add(utf8(Long.toString(times.notAfter(server))));
    all.addAll(values);
    return read(script, keys, all)
        .exceptionallyCompose(
            failed -> {
              Throwable cause = unwrap(failed);
              if (cause instanceof RequestException) {
                outages.failed(server);
              }
              if (!isLate(cause)) {
                return CompletableFuture.failedFuture(cause);
              }
              times.learn(
                  server, Long.parseLong(cause.getMessage().substring(LATE.length()).strip()));
              return nanoTime.getAsLong() - since < PATIENCE.toNanos()
                  ? fenced(script, keys, values, since)
                  : CompletableFuture.failedFuture(
                      new RequestException(
                          ErrorCode.UNAVAILABLE, "The store took too long: try again"));
            });
  }

  private CompletableFuture<List<Object>> send(
      String key,
      Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<List<Object>>> command) {
    return commands.send(key, command);
  }

  private static boolean isLate(Throwable failed) {
    return failed instanceof RedisCommandExecutionException
        && failed.getMessage() != null
        && failed.getMessage().startsWith(LATE);
  }

  /**
   * Waits for a reply, as the commands of virtual threads may. An event loop must not: it might be
   * the one that brings the reply, and would wait for itself.
   */
  static <T> T await(CompletableFuture<T> reply) {
    if (Thread.currentThread() instanceof FastThreadLocalThread) {
      throw new IllegalStateException("An event loop is not to wait for Redis");
    }
    try {
      return reply.join();
    } catch (CompletionException failed) {
      if (unwrap(failed) instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  static Throwable unwrap(Throwable failed) {
    return failed instanceof CompletionException && failed.getCause() != null
        ? unwrap(failed.getCause())
        : failed;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(Object reply) {
    return new String((byte[]) reply, StandardCharsets.UTF_8);
  }
}
