package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code refresh.lua}. */
final class RefreshScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  RefreshScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("refresh");
  }

  /**
   * What the script answers.
   *
   * @param user empty where the stored value is no user's JSON
   * @param isNew whether the user, let in by another backend, was announced
   */
  record Reply(Optional<VoicePresenceUser> user, Duration staysFor, boolean isNew) {}

  Optional<Reply> run(ChannelId channel, UserId user, Claim claim) {
    List<Object> reply =
        await(
            scripts.run(
                script,
                List.of(
                    keys.user(channel, user),
                    keys.members(channel),
                    keys.deadlines(channel),
                    keys.version(channel),
                    keys.feed(channel)),
                List.of(utf8(user.value()), utf8(Claims.text(claim)))));
    return reply.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reply(
                StoredUser.parse((byte[]) reply.get(0)),
                Duration.ofMillis((Long) reply.get(1)),
                (Long) reply.get(2) == 1));
  }
}
