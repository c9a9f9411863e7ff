package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code claim_channel.lua}. */
final class ClaimChannelScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  ClaimChannelScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("claim_channel");
  }

  /** Gives false where the user is in too many channels. */
  CompletableFuture<Boolean> send(ChannelId channel, UserId user) {
    return scripts
        .read(script, List.of(keys.userChannels(user)), List.of(utf8(channel.value())))
        .thenApply(reply -> (Long) reply.getFirst() == 1);
  }
}
