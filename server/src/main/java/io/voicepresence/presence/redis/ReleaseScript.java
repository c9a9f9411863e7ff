package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.Stay;
import java.util.List;

/** {@code release.lua}. */
final class ReleaseScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  ReleaseScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("release");
  }

  void run(ChannelId channel, Stay stay) {
    await(
        scripts.run(
            script,
            List.of(
                keys.user(channel, stay.user()),
                keys.deadlines(channel),
                keys.left(channel, stay.user())),
            List.of(utf8(stay.user().value()), utf8(PresenceJson.timestamp(stay.joinedAt())))));
  }
}
