package io.voicepresence.presence.redis.server;

/** A Cluster of one server with all slots: it starts at once, and refuses what crosses slots. */
public final class SingleNodeCluster {
  private SingleNodeCluster() {}

  public static RedisServer start() {
    RedisServer server = RedisServer.start("--cluster-enabled", "yes");
    server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    Await.until(
        "a Cluster of one",
        () -> (String) server.command("CLUSTER", "INFO"),
        info -> info.contains("cluster_state:ok"));
    return server;
  }
}
