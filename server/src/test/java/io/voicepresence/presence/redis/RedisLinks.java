package io.voicepresence.presence.redis;

import io.voicepresence.presence.redis.server.RedisServer;
import io.voicepresence.presence.simulation.Cast;

/** The connections to a server that one history after the other goes over. */
record RedisLinks(
    RedisServer server, OneServerCommands commands, RecordingFeed feed, RedisFaults faults)
    implements AutoCloseable {

  /**
   * Connects.
   *
   * @param server closed with the links
   */
  static RedisLinks to(RedisServer server, boolean clustered) {
    OneServerCommands commands = OneServerCommands.quicklyBack(server.url(), clustered);
    return new RedisLinks(
        server,
        commands,
        new RecordingFeed(commands, Cast.CHANNELS),
        new RedisFaults(server, new RedisKeys(clustered), commands::awaitLink));
  }

  @Override
  public void close() {
    faults.close();
    feed.close();
    commands.close();
    server.close();
  }
}
