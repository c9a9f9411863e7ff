package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.PresenceEvent;
import java.util.ArrayList;
import java.util.List;

/** {@code announce.lua}. */
final class AnnounceScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;

  AnnounceScript(RedisScripts scripts, RedisKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("announce");
  }

  boolean run(ChannelId channel, long version, List<PresenceEvent> changes) {
    List<byte[]> values = new ArrayList<>(4 * changes.size() + 1);
    values.add(utf8(Long.toString(version)));
    values.add(utf8(Long.toString(changes.getFirst().version())));
    for (PresenceEvent change : changes) {
      switch (change) {
        case PresenceEvent.UserJoined _ -> {
          values.add(utf8("joined"));
          values.add(utf8("-"));
        }
        case PresenceEvent.UserLeft left -> {
          values.add(utf8("left"));
          values.add(utf8(left.reason().wireName()));
        }
        case PresenceEvent.UserUpdated updated -> {
          values.add(utf8("updated"));
          values.add(PresenceJson.updates(updated.updates()));
        }
      }
      values.add(utf8(change.user().id().value()));
      values.add(PresenceJson.user(change.user()));
    }
    List<Object> reply =
        await(
            scripts.run(
                script,
                List.of(keys.deadlines(channel), keys.version(channel), keys.feed(channel)),
                values));
    return (Long) reply.getFirst() == 1;
  }
}
