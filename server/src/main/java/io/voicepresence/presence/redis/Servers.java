package io.voicepresence.presence.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The links of one installation: a single server's, or those of a Cluster. */
abstract sealed class Servers implements RedisCommands, RedisTopology, PendingCommand.Route
    permits SingleServer, ClusterServers {
  private final LettuceClient client;
  private final RedisSettings settings;
  private final TopologyListeners listeners = new TopologyListeners();

  Servers(LettuceClient client, RedisSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Begins to connect; returns at once. */
  abstract void start();

  /** Whether commands have a chance. */
  abstract boolean reachable();

  /** Makes no more connections; those that there are end with the {@link LettuceClient}. */
  abstract void stop();

  @Override
  public final <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    return new PendingCommand<>(key, command, this, client).send(settings.commandTimeout());
  }

  @Override
  public final String serverOf(String key) {
    return ownerOf(key).name();
  }

  @Override
  public final void onChange(Runnable listener) {
    listeners.add(listener);
  }

  final void changed() {
    listeners.call();
  }

  final LettuceClient client() {
    return client;
  }

  final RedisSettings settings() {
    return settings;
  }
}
