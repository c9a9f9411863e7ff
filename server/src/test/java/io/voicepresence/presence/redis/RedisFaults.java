package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.redis.server.RedisServer;
import io.voicepresence.presence.redis.server.RespConnection;
import io.voicepresence.presence.simulation.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What befalls a Redis; another backend's writes are those of the seed, command by command. */
final class RedisFaults implements Faults, AutoCloseable {
  private static final String TTL = "300";
  private static final int PATIENCE_MILLIS = 5_000;

  private final RespConnection connection;
  private final RedisKeys keys;
  private final Runnable awaitLink;

  /**
   * @param awaitLink waits until the store's commands come through
   */
  RedisFaults(RedisServer server, RedisKeys keys, Runnable awaitLink) {
    this.awaitLink = awaitLink;
    this.keys = keys;
    try {
      connection = new RespConnection(server.port(), PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void forgetScripts() {
    call("SCRIPT", "FLUSH");
  }

  @Override
  public void dropConnections() {
    // Those of the feed stay: what it does then has tests of its own.
    call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    // What gets lost with a link has a step of its own, which says what: see Subject.breakAfter.
    awaitLink.run();
  }

  @Override
  public void loseEverything() {
    call("FLUSHALL");
  }

  @Override
  public void changeLineage(ChannelId channel) {
    if (call("GET", keys.version(channel)) instanceof String stored) {
      String other = stored.substring(0, stored.lastIndexOf(' ') + 1) + "0".repeat(40);
      call("SET", keys.version(channel), other, "KEEPTTL");
    }
  }

  @Override
  public void evict(Evicted key, ChannelId channel) {
    call(
        "DEL",
        switch (key) {
          case DEADLINES -> keys.deadlines(channel);
          case VERSION -> keys.version(channel);
          case DUE -> keys.due(channel);
        });
  }

  @Override
  public void foreignJoin(ChannelId channel, VoicePresenceUser user) {
    call("SET", keys.user(channel, user.id()), foreignJson(user), "EX", TTL);
    call("SADD", keys.members(channel), user.id().value());
    call("SADD", keys.userChannels(user.id()), channel.value());
  }

  @Override
  public void foreignLeave(ChannelId channel, UserId user) {
    call("DEL", keys.user(channel, user));
    call("SREM", keys.members(channel), user.value());
    call("SREM", keys.userChannels(user), channel.value());
  }

  @Override
  public void foreignUpdate(ChannelId channel, UserId user, VoiceStateUpdate updates) {
    String key = keys.user(channel, user);
    if (call("GET", key) instanceof String json) {
      VoicePresenceUser old = StoredUser.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
      call("SET", key, foreignJson(old.with(updates)), "EX", TTL);
    }
  }

  @Override
  public void foreignRefresh(ChannelId channel, UserId user) {
    call("EXPIRE", keys.user(channel, user), TTL);
  }

  /** With a field of its own, and the spaces of another writer. */
  private static String foreignJson(VoicePresenceUser user) {
    String json = new String(PresenceJson.user(user), StandardCharsets.UTF_8);
    return "{ \"node\" : {\"isMuted\":[\"}\"]}, " + json.substring(1);
  }

  private Object call(String... command) {
    try {
      return connection.call(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
