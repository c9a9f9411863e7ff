package io.voicepresence.presence.redis.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis Cluster of three masters with one replica each, built by commands as {@code redis-cli
 * --cluster create} would.
 */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;
  private static final int MASTERS = 3;
  private static final Duration NODE_TIMEOUT = Duration.ofSeconds(2);
  private static final String MIGRATE_PATIENCE_MILLIS = "5000";

  private static final String[] FAILOVER = {"CLUSTER", "FAILOVER"};
  private static final String[] FORCED_FAILOVER = {"CLUSTER", "FAILOVER", "FORCE"};

  /**
   * An election may come to nothing, and is not held again by itself; Redis gives it up after 5 s.
   */
  private static final Duration ELECTION = Duration.ofSeconds(6);

  private final List<RedisServer> servers = new ArrayList<>();

  private RedisCluster() {}

  /** Starts one whose nodes are given up after two seconds. */
  public static RedisCluster start() {
    return start(NODE_TIMEOUT);
  }

  /**
   * Starts one and waits until every node calls the Cluster healthy and every replica follows.
   *
   * @param nodeTimeout after what silence a node is taken for dead
   */
  public static RedisCluster start(Duration nodeTimeout) {
    RedisCluster cluster = new RedisCluster();
    try {
      cluster.build(nodeTimeout);
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** All six, dead ones too. */
  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /** Its address as the product's {@code REDIS_URL}; names three of its nodes. */
  public String url() {
    return servers.stream()
        .limit(MASTERS)
        .map(server -> "127.0.0.1:" + server.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  /** The slot of a key, its braces minded. */
  public int slotOf(String key) {
    return Math.toIntExact((Long) living().getFirst().command("CLUSTER", "KEYSLOT", key));
  }

  /** Who serves a slot now; waits while nobody does. */
  public RedisServer masterOf(int slot) {
    return Await.until("a master of slot " + slot, () -> servingNow(slot), Optional::isPresent)
        .orElseThrow();
  }

  /** The living replica of a master; waits while there is none. */
  public RedisServer replicaOf(RedisServer master) {
    String id = ClusterView.of(master).id();
    return Await.until(
            "a replica of " + master.port(),
            () ->
                living().stream()
                    .filter(server -> ClusterView.of(server).masterId().equals(id))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** A command at the master of its key; it moves with the slot, as a Cluster's client would. */
  public Object command(String key, String... command) {
    return masterOf(slotOf(key)).command(command);
  }

  /**
   * Moves a slot with its keys to another master while clients use it, as {@code redis-cli
   * --cluster reshard} does.
   */
  public void moveSlot(int slot, RedisServer target) {
    RedisServer source = masterOf(slot);
    String number = Integer.toString(slot);
    String targetId = ClusterView.of(target).id();
    target.command("CLUSTER", "SETSLOT", number, "IMPORTING", ClusterView.of(source).id());
    source.command("CLUSTER", "SETSLOT", number, "MIGRATING", targetId);
    while (migrateSome(source, target, number)) {
      // Until there are no more; clients may add keys that exist already.
    }
    target.command("CLUSTER", "SETSLOT", number, "NODE", targetId);
    source.command("CLUSTER", "SETSLOT", number, "NODE", targetId);
    Await.until(
        "slot " + slot + " moved", () -> servingNow(slot).equals(Optional.of(target)), t -> t);
  }

  /**
   * Makes a replica the master, and waits until it is.
   *
   * @param forced without asking the master, as when this is out of reach
   */
  public void failover(RedisServer replica, boolean forced) {
    AtomicLong askedAt = new AtomicLong(System.nanoTime() - ELECTION.toNanos());
    Await.until(
        "failover",
        () -> {
          if (ClusterView.of(replica).isMaster()) {
            return true;
          }
          if (System.nanoTime() - askedAt.get() >= ELECTION.toNanos()) {
            askedAt.set(System.nanoTime());
            replica.command(forced ? FORCED_FAILOVER : FAILOVER);
          }
          return false;
        },
        promoted -> promoted);
  }

  /** Waits until all living nodes call the Cluster healthy. */
  public void awaitHealthy() {
    Await.until(
        "a healthy cluster",
        () ->
            living().stream()
                .map(server -> (String) server.command("CLUSTER", "INFO"))
                .allMatch(info -> info.contains("cluster_state:ok")),
        healthy -> healthy);
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
  }

  private void build(Duration nodeTimeout) {
    for (int i = 0; i < 2 * MASTERS; i++) {
      servers.add(
          RedisServer.start(
              "--cluster-enabled", "yes",
              "--cluster-node-timeout", Long.toString(nodeTimeout.toMillis()),
              "--cluster-allow-replica-migration", "no",
              // Else all masters refuse all commands while the slots of one are without a master.
              "--cluster-require-full-coverage", "no",
              "--repl-diskless-sync-delay", "0"));
      servers.getLast().command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    RedisServer first = servers.getFirst();
    for (int i = 0; i < MASTERS; i++) {
      servers
          .get(i)
          .command(
              "CLUSTER",
              "ADDSLOTSRANGE",
              Integer.toString(SLOTS * i / MASTERS),
              Integer.toString(SLOTS * (i + 1) / MASTERS - 1));
    }
    servers.stream()
        .skip(1)
        .forEach(
            server ->
                first.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(server.port())));
    servers.forEach(
        server ->
            Await.until(
                "all nodes known",
                () -> (String) server.command("CLUSTER", "NODES"),
                nodes -> nodes.lines().count() == servers.size() && !nodes.contains("handshake")));
    IntStream.range(0, MASTERS)
        .forEach(
            i ->
                servers
                    .get(MASTERS + i)
                    .command("CLUSTER", "REPLICATE", ClusterView.of(servers.get(i)).id()));
    servers.stream().skip(MASTERS).forEach(RedisCluster::awaitReplicating);
    awaitHealthy();
  }

  private static void awaitReplicating(RedisServer replica) {
    Await.until(
        "a replica that follows",
        () -> (String) replica.command("INFO", "replication"),
        info -> info.contains("master_link_status:up"));
  }

  private static boolean migrateSome(RedisServer source, RedisServer target, String slot) {
    Object keys = source.command("CLUSTER", "GETKEYSINSLOT", slot, "100");
    if (!(keys instanceof List<?> some) || some.isEmpty()) {
      return false;
    }
    List<String> migrate =
        new ArrayList<>(
            List.of(
                "MIGRATE",
                "127.0.0.1",
                Integer.toString(target.port()),
                "",
                "0",
                MIGRATE_PATIENCE_MILLIS,
                "KEYS"));
    some.forEach(key -> migrate.add(key.toString()));
    source.command(migrate.toArray(String[]::new));
    return true;
  }

  /** What the nodes say of themselves; the younger epoch wins, as among the nodes. */
  private Optional<RedisServer> servingNow(int slot) {
    record Claim(RedisServer server, ClusterView view) {}
    return living().stream()
        .map(server -> new Claim(server, ClusterView.of(server)))
        .filter(claim -> claim.view().serves(slot))
        .max(Comparator.comparingLong(claim -> claim.view().epoch()))
        .map(Claim::server);
  }

  private List<RedisServer> living() {
    return servers.stream().filter(RedisServer::isRunning).toList();
  }
}
