package io.voicepresence.presence.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a shard channel for probes that lies on a given server. A channel id has no colon, so no
 * channel's feed has such a name. Only for the keeper's thread.
 */
final class ProbeChannels {
  private static final String PREFIX = "voice_presence:feed:probe:";

  /**
   * A server with a single one of the 16,384 slots is missed once in 200,000 times, one with a
   * hundred never.
   */
  private static final int MAX_TRIES = 200_000;

  private final RedisTopology topology;
  private final boolean clustered;
  private final String node;
  private final Map<RedisTopology.Server, Optional<String>> found = new HashMap<>();

  /**
   * @param node makes the channel this node's own, so that nodes do not hear each other's probes
   */
  ProbeChannels(RedisTopology topology, boolean clustered, String node) {
    this.topology = topology;
    this.clustered = clustered;
    this.node = node;
  }

  /** Whether a shard channel of that name is for probes. */
  static boolean areOn(String name) {
    return name.startsWith(PREFIX);
  }

  /** The channel to probe that server over; empty for a server that holds no slot. */
  Optional<String> of(RedisTopology.Server server) {
    if (!clustered) {
      return Optional.of(PREFIX + node);
    }
    Optional<String> known = found.computeIfAbsent(server, this::search);
    if (known.isPresent() && !topology.ownerOf(known.get()).equals(server)) {
      known = search(server);
      found.put(server, known);
    }
    return known;
  }

  /** Slots moved: who had none may have some. */
  void lookAgain() {
    found.values().removeIf(Optional::isEmpty);
  }

  private Optional<String> search(RedisTopology.Server server) {
    for (int tag = 0; tag < MAX_TRIES; tag++) {
      String channel = PREFIX + node + ":{" + Integer.toString(tag, Character.MAX_RADIX) + "}";
      if (topology.ownerOf(channel).equals(server)) {
        return Optional.of(channel);
      }
    }
    return Optional.empty();
  }
}
