package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.LeaveReason;
import java.util.List;
import java.util.Optional;

/** {@code leave.lua}. */
final class LeaveScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;
  private final boolean withIndex;

  /**
   * @param withIndex whether the user's index is on the same server, so that the script keeps it
   */
  LeaveScript(RedisScripts scripts, RedisKeys keys, boolean withIndex) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("leave");
    this.withIndex = withIndex;
  }

  Optional<StoredChange> run(ChannelId channel, UserId user, LeaveReason reason) {
    List<String> all = keys.ofTransition(channel, user);
    all.add(keys.left(channel, user));
    if (withIndex) {
      all.add(keys.userChannels(user));
    }
    return StoredChange.of(
        scripts.run(
            script,
            all,
            List.of(utf8(channel.value()), utf8(user.value()), utf8(reason.wireName()))));
  }
}
