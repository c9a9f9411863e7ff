package io.voicepresence.presence.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The plainest way to one server, for tests of what runs on it. */
final class OneServerCommands implements RedisCommands, AutoCloseable {
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final RedisClient client;
  private final StatefulRedisConnection<String, byte[]> connection;

  OneServerCommands(String url) {
    client = RedisClient.create(RedisURI.create(url));
    connection = client.connect(CODEC);
  }

  @Override
  public <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    return command.apply(connection.async()).toCompletableFuture();
  }

  @Override
  public String serverOf(String key) {
    return "one";
  }

  @Override
  public boolean clustered() {
    return false;
  }

  StatefulRedisPubSubConnection<String, byte[]> connectPubSub() {
    return client.connectPubSub(CODEC);
  }

  @Override
  public void close() {
    connection.close();
    client.close();
  }
}
