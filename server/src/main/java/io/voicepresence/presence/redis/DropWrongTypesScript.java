package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /**
   * Looks under the channel's keys, and under the indexes that it stands in.
   *
   * @param user whose index to look at too
   * @return the types of what was dropped
   */
  List<String> run(ChannelId channel, Optional<UserId> user) {
    List<String> dropped = new ArrayList<>();
    dropped.addAll(
        run(
            List.of(keys.members(channel), keys.deadlines(channel), keys.version(channel)),
            List.of("set", "zset", "string")));
    dropped.addAll(runDue(channel));
    user.ifPresent(id -> dropped.addAll(run(id)));
    return dropped;
  }

  /** Looks under a user's index. */
  List<String> run(UserId user) {
    return run(List.of(keys.userChannels(user)), List.of("set"));
  }

  /** Looks under an index of due channels. */
  List<String> run(int dueIndex) {
    return run(List.of(keys.due(dueIndex)), List.of("zset"));
  }

  /** Looks under the index of due channels that the channel stands in. */
  List<String> runDue(ChannelId channel) {
    return run(List.of(keys.due(channel)), List.of("zset"));
  }

  /** The keys lie in one slot. */
  private List<String> run(List<String> where, List<String> types) {
    return await(scripts.read(script, where, types.stream().map(RedisScripts::utf8).toList()))
        .stream()
        .map(RedisScripts::text)
        .toList();
  }
}
