package io.voicepresence.presence.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * The least that the feed needs of one Redis, for tests of the feed alone: subscriptions can be led
 * elsewhere than commands.
 */
final class FeedRedis implements RedisTopology, RedisCommands, AutoCloseable {
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Server SERVER = new Server("redis");

  private final ClientResources resources = ClientResources.create();
  private final RedisClient commandClient = RedisClient.create(resources);
  private final RedisClient client = RedisClient.create(resources);
  private final RedisClusterAsyncCommands<String, byte[]> commands;
  private final IntSupplier subscriptionPort;

  /** Commands go to one port, subscriptions to another: a proxy, or another server. */
  FeedRedis(int commandPort, IntSupplier subscriptionPort) {
    this.subscriptionPort = subscriptionPort;
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    commands = commandClient.connect(CODEC, uri(commandPort)).async();
  }

  private static RedisURI uri(int port) {
    return RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(TIMEOUT).build();
  }

  @Override
  public Set<Server> servers() {
    return Set.of(SERVER);
  }

  @Override
  public Server ownerOf(String key) {
    return SERVER;
  }

  @Override
  public StatefulRedisPubSubConnection<String, byte[]> connectPubSub(Server server) {
    return client.connectPubSub(CODEC, uri(subscriptionPort.getAsInt()));
  }

  @Override
  public void onChange(Runnable listener) {
    // It never does.
  }

  @Override
  public void refresh() {
    // There is nothing to see.
  }

  @Override
  public <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    return command.apply(commands).toCompletableFuture();
  }

  @Override
  public String serverOf(String key) {
    return SERVER.name();
  }

  @Override
  public boolean clustered() {
    return false;
  }

  @Override
  public void close() {
    commandClient.shutdown(Duration.ZERO, TIMEOUT);
    client.shutdown(Duration.ZERO, TIMEOUT);
    var _ = resources.shutdown().awaitUninterruptibly(2_000);
  }
}
