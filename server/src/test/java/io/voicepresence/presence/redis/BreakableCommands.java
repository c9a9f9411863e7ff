package io.voicepresence.presence.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A link that breaks at a chosen command: it, or its reply, gets lost, and all after it. */
final class BreakableCommands implements RedisCommands {
  private final RedisCommands commands;
  private int untilBreak = Integer.MAX_VALUE;
  private boolean carriedOut;

  BreakableCommands(RedisCommands commands) {
    this.commands = commands;
  }

  /**
   * @param carriedOut whether it is the reply to the command that gets lost; later ones get lost
   *     themselves
   */
  synchronized void breakAfter(int intact, boolean carriedOut) {
    untilBreak = intact;
    this.carriedOut = carriedOut;
  }

  synchronized void mend() {
    untilBreak = Integer.MAX_VALUE;
  }

  @Override
  public synchronized <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    if (untilBreak > 0) {
      untilBreak -= untilBreak == Integer.MAX_VALUE ? 0 : 1;
      return commands.send(key, command);
    }
    CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    if (carriedOut) {
      sent = commands.send(key, command).handle((_, _) -> null);
      carriedOut = false;
    }
    return sent.thenCompose(
        _ ->
            CompletableFuture.failedFuture(
                new RequestException(ErrorCode.UNAVAILABLE, "The link broke, on purpose")));
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
