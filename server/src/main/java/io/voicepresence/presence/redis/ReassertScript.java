package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.List;

/** {@code reassert.lua}. */
final class ReassertScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;
  private final boolean withIndex;

  /**
   * @param withIndex whether the indexes are on the same server, so that the script keeps them
   */
  ReassertScript(RedisScripts scripts, RedisKeys keys, boolean withIndex) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("reassert");
    this.withIndex = withIndex;
  }

  boolean run(ChannelId channel, VoicePresenceUser user) {
    List<String> all = keys.ofTransition(channel, user.id());
    all.add(keys.left(channel, user.id()));
    if (withIndex) {
      all.add(keys.userChannels(user.id()));
      all.add(keys.due(channel));
    }
    List<Object> reply =
        await(
            scripts.run(
                script,
                all,
                List.of(
                    utf8(channel.value()),
                    utf8(user.id().value()),
                    utf8(PresenceJson.timestamp(user.joinedAt())),
                    PresenceJson.user(user))));
    return (Long) reply.getFirst() == 1;
  }
}
