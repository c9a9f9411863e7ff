package io.voicepresence.json;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;

/**
 * How presence looks in JSON, the same on HTTP, Socket.IO and in a store: field names and their
 * order are what existing clients and backends rely on, byte for byte.
 *
 * <p>A user's bytes are made once and shared by every event and snapshot that shows that state.
 */
public final class PresenceJson {
  private static final VoiceFlag[] FLAGS = VoiceFlag.values();

  /** Always with milliseconds, as JavaScript prints a date. */
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private PresenceJson() {}

  /** A moment as every answer shows it: ISO 8601, UTC, always with milliseconds. */
  public static String timestamp(Instant moment) {
    return TIMESTAMP.format(moment);
  }

  /**
   * A {@code VoicePresenceUser}: absent optionals are left out, moderated flags appear only when
   * on.
   */
  public static byte[] user(VoicePresenceUser user) {
    JsonObject json =
        new JsonObject(384).put("id", user.id().value()).put("username", user.profile().username());
    user.profile().displayName().ifPresent(name -> json.put("displayName", name));
    user.profile().avatarUrl().ifPresent(url -> json.put("avatarUrl", url));
    json.put("joinedAt", timestamp(user.joinedAt()));
    VoiceState state = user.state();
    for (VoiceFlag flag : FLAGS) {
      if (!flag.moderated() || state.has(flag)) {
        json.put(flag.wireName(), state.has(flag));
      }
    }
    return json.toBytes();
  }

  /** The flags that an update named: {@code {"isMuted":true}}. */
  public static byte[] updates(VoiceStateUpdate updates) {
    JsonObject json = new JsonObject(96);
    for (VoiceFlag flag : FLAGS) {
      if (updates.names(flag)) {
        json.put(flag.wireName(), updates.value(flag));
      }
    }
    return json.toBytes();
  }

  /**
   * The payload of an event, without its name.
   *
   * @param user what {@link #user} made of the event's user
   */
  public static byte[] event(PresenceEvent event, byte[] user) {
    JsonObject json = new JsonObject(user.length + 448).put("channelId", event.channelId().value());
    switch (event) {
      case PresenceEvent.UserJoined joined ->
          json.putJson("user", user).put("version", joined.version());
      case PresenceEvent.UserLeft left ->
          json.put("userId", left.user().id().value())
              .putJson("user", user)
              .put("version", left.version())
              .put("reason", left.reason().wireName());
      case PresenceEvent.UserUpdated updated ->
          json.put("userId", updated.user().id().value())
              .putJson("user", user)
              .putJson("updates", updates(updated.updates()))
              .put("version", updated.version());
    }
    return json.toBytes();
  }

  /** {@code {channelId, version, count, users}}. */
  public static byte[] snapshot(ChannelSnapshot snapshot) {
    List<byte[]> users = snapshot.users().stream().map(PresenceJson::user).toList();
    return snapshot(snapshot.channelId(), snapshot.version(), users);
  }

  /** {@code {channelId, version, count, users}} of users that are JSON already. */
  public static byte[] snapshot(ChannelId channel, long version, List<byte[]> users) {
    JsonObject json = new JsonObject(snapshotSize(users));
    return putSnapshot(json, channel, version, users).toBytes();
  }

  /** The fields of a snapshot, into an object that has others before them. */
  public static JsonObject putSnapshot(
      JsonObject json, ChannelId channel, long version, List<byte[]> users) {
    return json.put("channelId", channel.value())
        .put("version", version)
        .put("count", users.size())
        .putArray("users", users);
  }

  /** The bytes that {@link #putSnapshot} takes, and a little more. */
  public static int snapshotSize(List<byte[]> users) {
    int size = 256;
    for (byte[] user : users) {
      size += user.length + 1;
    }
    return size;
  }
}
