package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import java.util.List;

/** {@code drop_wrong_types.lua}. */
final class DropWrongTypesScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  DropWrongTypesScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("drop_wrong_types");
  }

  /** Gives the types of what was dropped. */
  List<String> run(ChannelId channel) {
    return await(
            scripts.read(
                script,
                List.of(keys.members(channel), keys.deadlines(channel), keys.version(channel)),
                List.of()))
        .stream()
        .map(RedisScripts::text)
        .toList();
  }
}
