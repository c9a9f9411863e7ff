package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.JoinOutcome;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.redis.server.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** What tests of scripts share: an empty server, a store on it, and a look under the keys. */
@ExtendWith(SharedRedis.class)
abstract class ScriptTest {
  static final PresenceSettings SETTINGS =
      new PresenceSettings(Duration.ofSeconds(300), Duration.ofSeconds(20), 60);
  static final RedisKeys KEYS = new RedisKeys(false);
  static final ChannelId LOUNGE = new ChannelId("lounge");
  static final UserId ANN = new UserId("ann");
  static final VoiceStateUpdate MUTED = VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, true);
  static final String ANN_KEY = "voice_presence:user:lounge:ann";
  static final String MEMBERS = "voice_presence:channel:lounge:members";
  static final String DEADLINES = "voice_presence:channel:lounge:deadlines";
  static final String VERSION = "voice_presence:channel:lounge:version";

  /** What the other backend stores of Ann, with a field of its own. */
  static final String FOREIGN_ANN =
      "{\"id\":\"ann\",\"username\":\"Ann\",\"joinedAt\":\"2026-01-02T03:04:05.678Z\","
          + "\"theirs\":{\"isMuted\":1},\"isVideoEnabled\":true,\"isScreenSharing\":false,"
          + "\"isMuted\":false,\"isDeafened\":false}";

  static SharedRedis.Opened redis;

  RedisScripts scripts;
  RedisPresenceStore store;
  private Optional<RespConnection> tap = Optional.empty();

  @BeforeEach
  void open() {
    call("FLUSHALL");
    call("SCRIPT", "FLUSH");
    scripts = newScripts(SETTINGS);
    store = new RedisPresenceStore(redis.commands(), scripts, SETTINGS);
  }

  @AfterEach
  void closeTap() {
    tap.ifPresent(RespConnection::close);
  }

  static RedisScripts newScripts(PresenceSettings settings) {
    return UnheldScripts.on(redis.commands(), settings);
  }

  static Object call(String... command) {
    try {
      return redis.plain().call(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** After a test that killed every connection. */
  static void reconnect() {
    SharedRedis.reconnect();
  }

  /** The value of a string key, or the score, or the field; empty where there is none. */
  static String text(String... command) {
    return call(command) instanceof String text ? text : "";
  }

  static long number(String... command) {
    return (Long) call(command);
  }

  static List<String> list(String... command) {
    return ((List<?>) call(command)).stream().map(Object::toString).toList();
  }

  static List<String> keys() {
    return list("KEYS", "*").stream().sorted().toList();
  }

  /** Everything that is stored, with the moment at which each key ends. */
  static Map<String, Object> dump() {
    Map<String, Object> dump = new TreeMap<>();
    for (String key : keys()) {
      Object value =
          switch (text("TYPE", key)) {
            case "string" -> call("GET", key);
            case "set" -> list("SMEMBERS", key).stream().sorted().toList();
            case "zset" -> call("ZRANGE", key, "0", "-1", "WITHSCORES");
            case "hash" -> call("HGETALL", key);
            case String other -> throw new AssertionError(other);
          };
      dump.put(key, List.of(value, call("PEXPIRETIME", key)));
    }
    return dump;
  }

  /** The server's clock in milliseconds. */
  static long now() {
    List<String> time = list("TIME");
    return Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
  }

  static Profile profile(String id) {
    return new Profile(new UserId(id), id, Optional.empty(), Optional.empty());
  }

  JoinOutcome join(String id, Claim claim) {
    return store.join(LOUNGE, profile(id), claim, OptionalInt.empty());
  }

  VoicePresenceUser joined(String id, Claim claim) {
    return switch (join(id, claim)) {
      case JoinOutcome.Joined joined -> joined.user();
      case JoinOutcome.AlreadyPresent present -> present.user();
      case JoinOutcome other -> throw new AssertionError(other);
    };
  }

  /** As the other backend lets a user in. */
  static void foreignJoin(String id, String json) {
    call("SET", "voice_presence:user:lounge:" + id, json, "EX", "300");
    call("SADD", MEMBERS, id);
    call("SADD", "voice_presence:user_channels:" + id, "lounge");
  }

  /** As the other backend lets a user out. */
  static void foreignLeave(String id) {
    call("DEL", "voice_presence:user:lounge:" + id);
    call("SREM", MEMBERS, id);
    call("SREM", "voice_presence:user_channels:" + id, "lounge");
  }

  /** Puts the deadline that a socket set into the past, and the channel among those to look at. */
  static void pass(String id) {
    call("ZADD", DEADLINES, (now() - 1_000) + ".5", id);
    call("ZADD", "voice_presence:due:0", "0", "lounge");
  }

  /** From here on {@link #messages} hears what is published for the channel. */
  void listen() {
    try {
      RespConnection connection = redis.server().connect();
      tap = Optional.of(connection);
      connection.call("SSUBSCRIBE", "voice_presence:feed:lounge");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was published since the last look. */
  List<String> messages() {
    call("SPUBLISH", "voice_presence:feed:lounge", "end");
    List<String> messages = new ArrayList<>();
    try {
      while (true) {
        String message = (String) ((List<?>) tap.orElseThrow().read()).get(2);
        if (message.equals("end")) {
          return messages;
        }
        messages.add(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Messages without their versions, and these checked: each goes on from the one before. */
  List<String> chained() {
    List<String> told = new ArrayList<>();
    long last = -1;
    for (String message : messages()) {
      String[] words = message.split(" ", 4);
      long previous = Long.parseLong(words[1]);
      long version = Long.parseLong(words[2]);
      if ((last >= 0 && previous != last) || version <= previous) {
        throw new AssertionError(message + " does not go on from " + last);
      }
      last = version;
      told.add(words[3]);
    }
    return told;
  }
}
