package io.voicepresence.presence.redis.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master with two replicas, and three Sentinels that watch it and give it up after a second. */
public final class SentinelTrio implements AutoCloseable {
  private static final String NAME = "presence";
  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;

  private final List<RedisServer> servers = new ArrayList<>();
  private final List<RedisServer> sentinels = new ArrayList<>();

  private SentinelTrio() {}

  /** Starts all of them and waits until each Sentinel knows the replicas and the others. */
  public static SentinelTrio start() {
    SentinelTrio trio = new SentinelTrio();
    try {
      trio.build();
      return trio;
    } catch (RuntimeException | Error e) {
      trio.close();
      throw e;
    }
  }

  /** Their address as the product's {@code REDIS_URL}. */
  public String url() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
  }

  /** Whom the Sentinels call the master now, dead or not. */
  public RedisServer master() {
    List<?> address =
        (List<?>) sentinels.getFirst().command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
    int port = Integer.parseInt(address.get(1).toString());
    return servers.stream().filter(server -> server.port() == port).findFirst().orElseThrow();
  }

  /** The master and its replicas. */
  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /** The Sentinels. */
  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /**
   * Kills the master and waits until a replica is promoted.
   *
   * @return the new master
   */
  public RedisServer failover() {
    RedisServer old = master();
    old.kill();
    RedisServer promoted = Await.until("a new master", this::master, master -> !master.equals(old));
    Await.until("its promotion", () -> role(promoted), role -> role.contains("role:master"));
    return promoted;
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    servers.forEach(RedisServer::close);
  }

  private void build() {
    RedisServer master = RedisServer.start("--repl-diskless-sync-delay", "0");
    servers.add(master);
    String port = Integer.toString(master.port());
    for (int i = 0; i < REPLICAS; i++) {
      RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1 " + port);
      servers.add(replica);
      Await.until(
          "a replica that follows",
          () -> role(replica),
          role -> role.contains("master_link_status:up"));
    }
    for (int i = 0; i < SENTINELS; i++) {
      RedisServer sentinel = RedisServer.start("--sentinel");
      sentinels.add(sentinel);
      sentinel.command("SENTINEL", "MONITOR", NAME, "127.0.0.1", port, "2");
      sentinel.command("SENTINEL", "SET", NAME, "down-after-milliseconds", "1000");
      sentinel.command("SENTINEL", "SET", NAME, "failover-timeout", "5000");
    }
    for (RedisServer sentinel : sentinels) {
      Await.until(
          "a sentinel that knows all",
          () -> (List<?>) sentinel.command("SENTINEL", "MASTER", NAME),
          fields ->
              Integer.toString(REPLICAS).equals(field(fields, "num-slaves"))
                  && Integer.toString(SENTINELS - 1).equals(field(fields, "num-other-sentinels")));
    }
  }

  private static String role(RedisServer server) {
    return (String) server.command("INFO", "replication");
  }

  private static String field(List<?> namesAndValues, String name) {
    return namesAndValues.get(namesAndValues.indexOf(name) + 1).toString();
  }
}
