package io.voicepresence.presence.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.voicepresence.presence.redis.server.RedisCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** The least that the feed needs of Redis: Lettuce as it is, for tests of the feed alone. */
final class FeedRedis implements RedisTopology, RedisCommands, AutoCloseable {
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final ClientResources resources = ClientResources.create();
  private final RedisClient client = RedisClient.create(resources);
  private final Optional<RedisClusterClient> cluster;
  private final RedisClusterAsyncCommands<String, byte[]> commands;
  private final Function<Server, RedisURI> addresses;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Map<Integer, String> owners = new ConcurrentHashMap<>();

  private FeedRedis(
      Optional<List<RedisURI>> nodes, int commandPort, Function<Server, RedisURI> addresses) {
    this.addresses = addresses;
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    cluster = nodes.map(uris -> RedisClusterClient.create(resources, uris));
    cluster.ifPresent(
        c ->
            c.setOptions(
                ClusterClientOptions.builder().validateClusterNodeMembership(false).build()));
    if (cluster.isPresent()) {
      commands = cluster.get().connect(CODEC).async();
      owners = slots();
    } else {
      RedisClient own = RedisClient.create(resources);
      commands = own.connect(CODEC, uri(commandPort)).async();
    }
  }

  /** Commands go to one port, subscriptions to another: a proxy, or another server. */
  static FeedRedis alone(int commandPort, IntSupplier subscriptionPort) {
    return new FeedRedis(Optional.empty(), commandPort, _ -> uri(subscriptionPort.getAsInt()));
  }

  static FeedRedis of(RedisCluster cluster) {
    List<RedisURI> nodes = cluster.servers().stream().map(s -> uri(s.port())).toList();
    return new FeedRedis(
        Optional.of(nodes),
        0,
        server -> uri(Integer.parseInt(server.name().substring(server.name().indexOf(':') + 1))));
  }

  private static RedisURI uri(int port) {
    return RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(TIMEOUT).build();
  }

  private Map<Integer, String> slots() {
    Map<Integer, String> seen = new ConcurrentHashMap<>();
    for (RedisClusterNode node : cluster.orElseThrow().getPartitions()) {
      String name = node.getUri().getHost() + ":" + node.getUri().getPort();
      if (node.is(RedisClusterNode.NodeFlag.UPSTREAM)) {
        node.getSlots().forEach(slot -> seen.put(slot, name));
      }
    }
    return seen;
  }

  @Override
  public Set<Server> servers() {
    return cluster.isEmpty()
        ? Set.of(new Server("redis"))
        : Set.copyOf(owners.values().stream().distinct().map(Server::new).toList());
  }

  @Override
  public Server ownerOf(String key) {
    return cluster.isEmpty()
        ? new Server("redis")
        : new Server(owners.getOrDefault(SlotHash.getSlot(key), "nobody"));
  }

  @Override
  public StatefulRedisPubSubConnection<String, byte[]> connectPubSub(Server server) {
    return client.connectPubSub(CODEC, addresses.apply(server));
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void refresh() {
    cluster.ifPresent(
        c -> {
          var _ =
              c.refreshPartitionsAsync()
                  .whenComplete(
                      (_, _) -> {
                        Map<Integer, String> now = slots();
                        if (!now.equals(owners)) {
                          owners = now;
                          listeners.forEach(Runnable::run);
                        }
                      });
        });
  }

  @Override
  public <T> CompletableFuture<T> send(
      String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
    return command.apply(commands).toCompletableFuture();
  }

  @Override
  public String serverOf(String key) {
    return ownerOf(key).name();
  }

  @Override
  public boolean clustered() {
    return cluster.isPresent();
  }

  @Override
  public void close() {
    cluster.ifPresent(c -> c.shutdown(Duration.ZERO, TIMEOUT));
    client.shutdown(Duration.ZERO, TIMEOUT);
    resources.shutdown().awaitUninterruptibly(2_000);
  }
}
