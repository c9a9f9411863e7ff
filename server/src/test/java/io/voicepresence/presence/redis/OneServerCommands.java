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
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.voicepresence.presence.redis.server.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The plainest way to one server, for tests of what runs on it. */
final class OneServerCommands implements RedisCommands, AutoCloseable {
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<String, byte[]> connection;

  private final boolean clustered;

  OneServerCommands(String url) {
    this(url, false, ClientResources.create());
  }

  private OneServerCommands(String url, boolean clustered, ClientResources resources) {
    this.clustered = clustered;
    this.resources = resources;
    client = RedisClient.create(resources, RedisURI.create(url));
    connection = client.connect(CODEC);
  }

  /**
   * One that is back at once after its connection was cut.
   *
   * @param clustered whether the server is a Cluster by itself, all slots on it
   */
  static OneServerCommands quicklyBack(String url, boolean clustered) {
    Delay delay = Delay.constant(Duration.ofMillis(1));
    return new OneServerCommands(
        url, clustered, ClientResources.builder().reconnectDelay(delay).build());
  }

  /** Waits until commands come through, after the connection was cut. */
  void awaitLink() {
    Await.until("a link", () -> connection.sync().ping(), "PONG"::equals);
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
    return clustered;
  }

  StatefulRedisPubSubConnection<String, byte[]> connectPubSub() {
    return client.connectPubSub(CODEC);
  }

  @Override
  public void close() {
    connection.close();
    client.close();
    var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
