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
  private final boolean withIndex;

  /**
   * @param withIndex whether the indexes are on the same server, so that the script keeps them
   */
  RefreshScript(RedisScripts scripts, RedisKeys keys, boolean withIndex) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("refresh");
    this.withIndex = withIndex;
  }

  /**
   * What the script answers.
   *
   * @param user empty where the stored value is no user's JSON
   */
  record Reply(Optional<VoicePresenceUser> user, Duration staysFor) {}

  Optional<Reply> run(ChannelId channel, UserId user, Claim claim) {
    List<String> all = keys.ofTransition(channel, user);
    if (withIndex) {
      all.add(keys.due(channel));
    }
    List<Object> reply =
        await(
            scripts.run(
                script,
                all,
                List.of(utf8(user.value()), utf8(Claims.text(claim)), utf8(channel.value()))));
    return reply.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reply(
                StoredUser.parse((byte[]) reply.get(0)), Duration.ofMillis((Long) reply.get(1))));
  }
}
