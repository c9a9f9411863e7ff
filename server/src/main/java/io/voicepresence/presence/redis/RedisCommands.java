package io.voicepresence.presence.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Sends commands to the server that holds a key, for all three kinds of installation alike.
 *
 * <p>Commands sent by one thread to the same server arrive in their order, without one waiting for
 * the other's answer. None waits longer than the command time-out; what a server is too busy for,
 * or cannot be reached with, fails with {@code unavailable} at once.
 */
interface RedisCommands {

  /**
   * Sends one command.
   *
   * @param key decides which server; also for commands that name several keys of that slot
   * @return the reply; or {@link io.voicepresence.error.RequestException} with {@code unavailable}
   *     where the server is out of reach, {@link io.lettuce.core.RedisCommandExecutionException}
   *     where it refused the command itself
   */
  <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command);

  /** Names the server that holds a key now. It is for telling servers apart and for logs only. */
  String serverOf(String key);

  /** Whether keys lie in slots, and slots on different servers. */
  boolean clustered();
}
