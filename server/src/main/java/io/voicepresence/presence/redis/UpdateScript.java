package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.VoiceStateUpdate;
import java.util.List;
import java.util.Optional;

/** {@code update.lua}. */
final class UpdateScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  UpdateScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("update");
  }

  /**
   * What the script answers.
   *
   * @param isNew whether the user, let in by another backend, was announced first
   */
  record Reply(StoredChange change, boolean isNew) {}

  Optional<Reply> run(ChannelId channel, UserId user, VoiceStateUpdate updates, Claim claim) {
    List<Object> reply =
        await(
            scripts.run(
                script,
                keys.ofTransition(channel, user),
                List.of(
                    utf8(user.value()), utf8(Claims.text(claim)), PresenceJson.updates(updates))));
    return reply.isEmpty()
        ? Optional.empty()
        : Optional.of(new Reply(StoredChange.read(reply, 0), (Long) reply.get(2) == 1));
  }
}
