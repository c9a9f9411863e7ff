package io.voicepresence.presence.redis;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** One master: the only server, or the one that the Sentinels name. */
final class SingleServer extends Servers implements ServerLink.Owner {
  /** A failover that leaves the old master alive cuts no connection: so we ask. */
  private static final Duration POLL = Duration.ofSeconds(2);

  /** Where the master is. */
  private interface Whereabouts {
    CompletableFuture<RedisURI> find();

    /** Whether the answer may change. */
    boolean canMove();
  }

  private final Server server;
  private final Whereabouts whereabouts;
  private final ServerLink link;
  private final AtomicReference<Optional<RedisURI>> lastUp =
      new AtomicReference<>(Optional.empty());

  private SingleServer(
      String name, Whereabouts whereabouts, LettuceClient client, RedisSettings settings) {
    super(client, settings);
    this.server = new Server(name);
    this.whereabouts = whereabouts;
    this.link = new ServerLink(name, this, client, settings, System::nanoTime);
  }

  static SingleServer standalone(
      RedisAddress.Standalone address, LettuceClient client, RedisSettings settings) {
    RedisURI uri = client.uri(address.server(), address.credentials(), address.database());
    return new SingleServer(
        address.server().toString(),
        new Whereabouts() {
          @Override
          public CompletableFuture<RedisURI> find() {
            return CompletableFuture.completedFuture(uri);
          }

          @Override
          public boolean canMove() {
            return false;
          }
        },
        client,
        settings);
  }

  static SingleServer sentinel(
      RedisAddress.Sentinel address, LettuceClient client, RedisSettings settings) {
    SentinelLookup lookup = new SentinelLookup(address, client, settings);
    return new SingleServer(
        address.masterName(),
        new Whereabouts() {
          @Override
          public CompletableFuture<RedisURI> find() {
            return lookup
                .master()
                .thenApply(m -> client.uri(m, address.credentials(), address.database()));
          }

          @Override
          public boolean canMove() {
            return true;
          }
        },
        client,
        settings);
  }

  @Override
  void start() {
    link.start();
    if (whereabouts.canMove()) {
      pollLater();
    }
  }

  private void pollLater() {
    try {
      var _ =
          client()
              .after(
                  POLL,
                  () -> {
                    if (!link.isClosed()) {
                      refresh();
                      pollLater();
                    }
                  });
    } catch (RequestException stopped) {
      link.stop();
    }
  }

  /** Looks whether the master is still the one that we are connected to. */
  @Override
  public void refresh() {
    Optional<RedisURI> seen = link.where();
    if (!whereabouts.canMove() || seen.isEmpty()) {
      return; // A link that is down looks by itself.
    }
    var _ =
        whereabouts
            .find()
            .whenComplete(
                (named, failure) -> {
                  boolean moved = failure == null && !isSame(named, seen.get());
                  if (moved && link.where().equals(seen)) {
                    link.drop("the Sentinels name another master");
                  }
                });
  }

  @Override
  public CompletableFuture<RedisURI> address() {
    return whereabouts.find();
  }

  @Override
  public boolean wantsMaster() {
    return true;
  }

  @Override
  public void up(RedisURI where) {
    Optional<RedisURI> before = lastUp.getAndSet(Optional.of(where));
    if (before.isPresent() && !isSame(before.get(), where)) {
      changed();
    }
  }

  @Override
  public void down() {
    // The link comes back by itself.
  }

  @Override
  boolean reachable() {
    return link.isUp();
  }

  @Override
  public boolean clustered() {
    return false;
  }

  @Override
  public Optional<ServerLink> link(String key) {
    return Optional.of(link);
  }

  @Override
  public Optional<ServerLink> redirected(ServerLink from, String message) {
    return Optional.empty();
  }

  @Override
  public Set<Server> servers() {
    return Set.of(server);
  }

  @Override
  public Server ownerOf(String key) {
    return server;
  }

  @Override
  public StatefulRedisPubSubConnection<String, byte[]> connectPubSub(Server wanted) {
    // Where our commands go, there must our subscriptions be.
    RedisURI uri =
        link.where()
            .orElseThrow(() -> new RedisConnectionException("Redis " + wanted.name() + " is down"));
    return client().connectPubSub(uri);
  }

  private static boolean isSame(RedisURI one, RedisURI other) {
    return one.getHost().equals(other.getHost()) && one.getPort() == other.getPort();
  }

  @Override
  void stop() {
    link.stop();
  }
}
