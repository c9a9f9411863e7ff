package io.voicepresence.presence.redis;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A link to each master of a Cluster, and which has which slot. Each link has its own connection,
 * breaker and bound, so that a master that is slow or gone is no matter of the others.
 */
final class ClusterServers extends Servers {
  /** A link that a redirection led to, before the other nodes have heard of its master. */
  private static final Duration NEW = Duration.ofSeconds(5);

  /** No such server: what is not known has a name nevertheless. */
  private static final Server NOBODY = new Server("nobody");

  private final RedisAddress.Cluster address;
  private final Map<Endpoint, ServerLink> links = new ConcurrentHashMap<>();
  private final Map<Endpoint, Server> names = new ConcurrentHashMap<>();
  private final ClusterWatch watch;
  private volatile ClusterView view = ClusterView.UNKNOWN;
  private volatile boolean closed;

  ClusterServers(RedisAddress.Cluster address, LettuceClient client, RedisSettings settings) {
    super(client, settings);
    this.address = address;
    this.watch = new ClusterWatch(address, client, settings, this::askable, this::seen);
  }

  @Override
  void start() {
    watch.start();
  }

  /** The links that a question about the topology is worth while on. */
  private Map<Endpoint, ServerLink> askable() {
    return links.entrySet().stream()
        .filter(link -> link.getValue().isUp())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** A new look at the topology. */
  private void seen(ClusterView now) {
    for (Endpoint master : now.masters()) {
      linkTo(master);
    }
    links.forEach(
        (endpoint, link) -> {
          if (!now.masters().contains(endpoint) && link.age().compareTo(NEW) > 0) {
            links.remove(endpoint, link);
            names.remove(endpoint);
            link.close();
          }
        });
    become(now);
  }

  private void become(ClusterView now) {
    boolean isNew;
    synchronized (this) {
      isNew = !view.equals(now);
      view = now;
    }
    if (isNew) {
      changed();
    }
  }

  private ServerLink linkTo(Endpoint master) {
    ServerLink known = links.get(master);
    if (known != null) {
      return known;
    }
    ServerLink fresh =
        new ServerLink(
            master.toString(), new NodeOwner(master), client(), settings(), System::nanoTime);
    ServerLink first = links.putIfAbsent(master, fresh);
    if (first != null) {
      return first;
    }
    if (closed) {
      fresh.close();
    } else {
      fresh.start();
    }
    return fresh;
  }

  /** Where a node is does not change; whether it is a master, its redirections tell. */
  private final class NodeOwner implements ServerLink.Owner {
    private final RedisURI uri;

    NodeOwner(Endpoint node) {
      this.uri = uriOf(node);
    }

    @Override
    public CompletableFuture<RedisURI> address() {
      return CompletableFuture.completedFuture(uri);
    }

    @Override
    public boolean wantsMaster() {
      return false;
    }

    @Override
    public void up(RedisURI where) {
      watch.soon();
    }

    @Override
    public void down() {
      watch.soon();
    }
  }

  private RedisURI uriOf(Endpoint node) {
    return client().uri(node, address.credentials(), 0);
  }

  @Override
  public Optional<ServerLink> link(String key) {
    return view.ownerOf(key).map(this::linkTo);
  }

  @Override
  public Optional<ServerLink> redirected(ServerLink from, String message) {
    String asked = from.where().map(RedisURI::getHost).orElse(address.seeds().getFirst().host());
    return Redirection.parse(message, asked).map(this::follow);
  }

  private ServerLink follow(Redirection redirection) {
    if (redirection.forGood()) {
      become(view.with(redirection.slot(), redirection.target()));
      watch.soon();
    }
    return linkTo(redirection.target());
  }

  @Override
  boolean reachable() {
    Set<Endpoint> masters = view.masters();
    long up = masters.stream().filter(m -> links.containsKey(m) && links.get(m).isUp()).count();
    return up * 2 > masters.size();
  }

  @Override
  public boolean clustered() {
    return true;
  }

  @Override
  public Set<Server> servers() {
    return view.masters().stream().map(this::server).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Server ownerOf(String key) {
    return view.ownerOf(key).map(this::server).orElse(NOBODY);
  }

  /** Each command asks for it, and each followed channel when slots move. */
  private Server server(Endpoint master) {
    return names.computeIfAbsent(master, node -> new Server(node.toString()));
  }

  @Override
  public StatefulRedisPubSubConnection<String, byte[]> connectPubSub(Server server) {
    Endpoint node =
        List.copyOf(links.keySet()).stream()
            .filter(endpoint -> endpoint.toString().equals(server.name()))
            .findFirst()
            .orElseThrow(
                () -> new RedisConnectionException("Redis has no master " + server.name()));
    return client().connectPubSub(uriOf(node));
  }

  @Override
  public void refresh() {
    watch.soon();
  }

  @Override
  void stop() {
    closed = true;
    watch.close();
    links.values().forEach(ServerLink::stop);
  }
}
