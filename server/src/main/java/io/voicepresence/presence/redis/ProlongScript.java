package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.text;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.Prolonged;
import io.voicepresence.presence.Stay;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code prolong.lua}. */
final class ProlongScript {
  /** A script holds everybody else up: about 2 us a user. */
  private static final int MAX_STAYS = 500;

  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  ProlongScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("prolong");
  }

  Prolonged run(ChannelId channel, List<Stay> stays) {
    List<CompletableFuture<Prolonged>> parts = new ArrayList<>();
    for (int first = 0; first < stays.size(); first += MAX_STAYS) {
      parts.add(send(channel, stays.subList(first, Math.min(first + MAX_STAYS, stays.size()))));
    }
    Set<Stay> over = new HashSet<>();
    Set<Stay> lost = new HashSet<>();
    for (CompletableFuture<Prolonged> part : parts) {
      Prolonged prolonged = await(part);
      over.addAll(prolonged.over());
      lost.addAll(prolonged.lost());
    }
    return new Prolonged(over, lost);
  }

  private CompletableFuture<Prolonged> send(ChannelId channel, List<Stay> stays) {
    List<byte[]> values = new ArrayList<>(2 * stays.size() + 2);
    values.add(utf8(keys.userPrefix(channel)));
    values.add(utf8(keys.leftPrefix(channel)));
    for (Stay stay : stays) {
      values.add(utf8(stay.user().value()));
      values.add(utf8(PresenceJson.timestamp(stay.joinedAt())));
    }
    return scripts
        .run(script, List.of(keys.members(channel), keys.deadlines(channel)), values)
        .thenApply(reply -> read(reply, stays));
  }

  private static Prolonged read(List<Object> reply, List<Stay> stays) {
    Set<Stay> over = new HashSet<>();
    Set<Stay> lost = new HashSet<>();
    for (int i = 0; i < stays.size(); i++) {
      switch (text(reply.get(i))) {
        case "kept" -> {}
        case "over" -> over.add(stays.get(i));
        case "lost" -> lost.add(stays.get(i));
        case String other -> throw new IllegalStateException("prolong.lua answered " + other);
      }
    }
    return new Prolonged(over, lost);
  }
}
