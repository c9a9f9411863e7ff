package io.voicepresence.presence.redis;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Set;

/**
 * Which server holds what, for the feed's links. Without Cluster there is one server, whatever its
 * address is after a failover.
 */
interface RedisTopology {

  /** One master. */
  record Server(String name) {}

  /** The masters, as far as known. */
  Set<Server> servers();

  /** The master that holds the slot of a key or shard channel, as far as known. */
  Server ownerOf(String key);

  /**
   * Opens a connection of its own for subscriptions, that does not reconnect by itself. May block
   * for the connect time-out.
   *
   * @throws io.lettuce.core.RedisException when the server is out of reach
   */
  StatefulRedisPubSubConnection<String, byte[]> connectPubSub(Server server);

  /** Calls back whenever slots or servers are seen to have moved. From any thread. */
  void onChange(Runnable listener);

  /** Asks for a new look at the topology, soon; returns at once. */
  void refresh();
}
