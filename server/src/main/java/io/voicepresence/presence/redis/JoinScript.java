package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.text;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** {@code join.lua}. */
final class JoinScript {
  private static final byte[] JOINED_AT = "\"joinedAt\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TIMESTAMP_LENGTH = 24;

  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;
  private final boolean withIndex;

  /**
   * @param withIndex whether the indexes are on the same server, so that the script keeps them
   */
  JoinScript(RedisScripts scripts, RedisKeys keys, boolean withIndex) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("join");
    this.withIndex = withIndex;
  }

  /** What the script answers. */
  sealed interface Reply {
    /**
     * The user is in.
     *
     * @param change the user, and the channel's version
     * @param isNew whether that was announced
     */
    record In(StoredChange change, boolean isNew) implements Reply {}

    record Full() implements Reply {}

    record Crowded() implements Reply {}
  }

  Reply run(ChannelId channel, Profile profile, Claim claim, OptionalInt userLimit) {
    byte[] json =
        PresenceJson.user(new VoicePresenceUser(profile, Instant.EPOCH, VoiceState.INITIAL));
    int joinedAt = indexOf(json, JOINED_AT) + JOINED_AT.length;
    List<String> all = keys.ofTransition(channel, profile.id());
    if (withIndex) {
      all.add(keys.userChannels(profile.id()));
      all.add(keys.due(channel));
    }
    return read(
        await(
            scripts.run(
                script,
                all,
                List.of(
                    utf8(channel.value()),
                    utf8(profile.id().value()),
                    utf8(Claims.text(claim)),
                    utf8(Integer.toString(userLimit.orElse(0))),
                    Arrays.copyOfRange(json, 0, joinedAt),
                    Arrays.copyOfRange(json, joinedAt + TIMESTAMP_LENGTH, json.length)))));
  }

  private static Reply read(List<Object> reply) {
    return switch (text(reply.getFirst())) {
      case "joined" -> new Reply.In(StoredChange.read(reply, 1), true);
      case "present" -> new Reply.In(StoredChange.read(reply, 1), false);
      case "full" -> new Reply.Full();
      case "crowded" -> new Reply.Crowded();
      case String other -> throw new IllegalStateException("join.lua answered " + other);
    };
  }

  /** The pattern has quotes that no string in JSON holds without escaping, so it is there once. */
  private static int indexOf(byte[] json, byte[] pattern) {
    int at = 0;
    while (!Arrays.equals(json, at, at + pattern.length, pattern, 0, pattern.length)) {
      at++;
    }
    return at;
  }
}
