package io.voicepresence.presence.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** As of a Cluster one of whose servers, and some keys with it, is out of reach. */
final class UnreachableKeys implements RedisCommands {
  private final RedisCommands all;
  private final String prefix;
  private final boolean clustered;
  private boolean mended;

  private UnreachableKeys(RedisCommands all, String prefix, boolean clustered) {
    this.all = all;
    this.prefix = prefix;
    this.clustered = clustered;
  }

  /**
   * @param prefix of the keys that cannot be reached
   * @param clustered whether keys are named as on Cluster
   */
  static UnreachableKeys of(RedisCommands all, String prefix, boolean clustered) {
    return new UnreachableKeys(all, prefix, clustered);
  }

  /** From now on all keys can be reached. */
  void mend() {
    mended = true;
  }

  @Override
  public <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    return !mended && key.startsWith(prefix)
        ? CompletableFuture.failedFuture(Unavailable.outOfReach())
        : all.send(key, command);
  }

  @Override
  public String serverOf(String key) {
    return all.serverOf(key);
  }

  @Override
  public boolean clustered() {
    return clustered;
  }
}
