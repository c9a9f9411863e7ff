package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** {@code expire.lua}. */
final class ExpireScript {
  private static final int HEAD = 2;

  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;
  private final String userChannelsPrefix;

  /**
   * @param withIndex whether the users' indexes are on the same server, so that the script keeps
   *     them
   */
  ExpireScript(RedisScripts scripts, RedisKeys keys, boolean withIndex) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("expire");
    this.userChannelsPrefix = withIndex ? keys.userChannelsPrefix() : "";
  }

  /**
   * What one look found.
   *
   * @param nextLook by the store's clock; empty where nobody is left
   */
  record Look(long now, OptionalLong nextLook, List<StoredChange> expired) {}

  CompletableFuture<Look> send(ChannelId channel) {
    return scripts
        .run(
            script,
            List.of(
                keys.members(channel),
                keys.deadlines(channel),
                keys.version(channel),
                keys.feed(channel)),
            List.of(
                utf8(channel.value()), utf8(keys.userPrefix(channel)), utf8(userChannelsPrefix)))
        .thenApply(ExpireScript::read);
  }

  private static Look read(List<Object> reply) {
    long next = (Long) reply.get(1);
    List<StoredChange> expired = new ArrayList<>((reply.size() - HEAD) / 2);
    for (int i = HEAD; i < reply.size(); i += 2) {
      expired.add(StoredChange.read(reply, i));
    }
    return new Look(
        (Long) reply.get(0), next < 0 ? OptionalLong.empty() : OptionalLong.of(next), expired);
  }
}
