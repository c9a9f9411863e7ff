package io.voicepresence.presence.redis;

import io.netty.channel.EventLoopGroup;
import io.voicepresence.presence.PresenceSettings;

/**
 * The Redis or Valkey that presence is kept in, whatever its kind: one server, a master with
 * Sentinels, or a Cluster.
 *
 * <p>It may be out of reach, at the start too: then commands fail at once as {@code unavailable},
 * and it is tried again until it is there.
 */
public final class RedisInstallation implements AutoCloseable {
  private final LettuceClient client;
  private final Servers servers;

  private RedisInstallation(LettuceClient client, Servers servers) {
    this.client = client;
    this.servers = servers;
  }

  /**
   * Begins to connect and returns at once, whether or not anything is there.
   *
   * @param loops those that the connections are to live in; they stay the caller's to end, after
   *     this
   */
  public static RedisInstallation open(
      RedisAddress address, RedisSettings settings, EventLoopGroup loops) {
    LettuceClient client = new LettuceClient(address.tls(), settings, loops);
    Servers servers =
        switch (address) {
          case RedisAddress.Standalone alone -> SingleServer.standalone(alone, client, settings);
          case RedisAddress.Sentinel sentinel -> SingleServer.sentinel(sentinel, client, settings);
          case RedisAddress.Cluster cluster -> new ClusterServers(cluster, client, settings);
        };
    servers.start();
    return new RedisInstallation(client, servers);
  }

  /**
   * Whether commands have a chance: the master is connected and answers; of a Cluster, more than
   * half of the masters.
   */
  public boolean reachable() {
    return servers.reachable();
  }

  /** A store on these servers. */
  public RedisPresenceStore presenceStore(PresenceSettings presence) {
    return new RedisPresenceStore(
        servers, new RedisScripts(servers, presence, System::nanoTime), presence);
  }

  /** The feed of such a store; the caller closes it before this. */
  public RedisChangeFeed changeFeed() {
    return new RedisChangeFeed(servers, servers, new RedisKeys(servers.clustered())::feed);
  }

  RedisCommands commands() {
    return servers;
  }

  RedisTopology topology() {
    return servers;
  }

  /** Ends all connections, and its threads, within about 2 s; what is under way fails. */
  @Override
  public void close() {
    servers.stop();
    client.close();
  }
}
