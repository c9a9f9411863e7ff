package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.text;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code snapshot.lua}. */
final class SnapshotScript {
  private final RedisScripts scripts;
  private final RedisKeys keys;
  private final RedisScript script;
  private final UnreadableValues unreadable;
  private final ReadSnapshots known = new ReadSnapshots();

  SnapshotScript(RedisScripts scripts, RedisKeys keys, UnreadableValues unreadable) {
    this.scripts = scripts;
    this.keys = keys;
    this.script = scripts.load("snapshot");
    this.unreadable = unreadable;
  }

  ChannelSnapshot run(ChannelId channel) {
    List<Object> reply =
        await(
            scripts.read(
                script,
                List.of(keys.members(channel), keys.version(channel), keys.feed(channel)),
                List.of(utf8(keys.userPrefix(channel)))));
    return known.find(channel, reply).orElseGet(() -> read(channel, reply));
  }

  private ChannelSnapshot read(ChannelId channel, List<Object> reply) {
    List<?> ids = (List<?>) reply.get(2);
    List<?> values = (List<?>) reply.get(3);
    List<VoicePresenceUser> users = new ArrayList<>(values.size());
    boolean allReadable = true;
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) instanceof byte[] value) {
        Optional<VoicePresenceUser> user = StoredUser.parse(value);
        // A value under another user's key is nobody's.
        if (user.isPresent() && user.get().id().value().equals(text(ids.get(i)))) {
          users.add(user.get());
        } else {
          unreadable.found(channel, text(ids.get(i)));
          allReadable = false;
        }
      }
    }
    users.sort(VoicePresenceUser.BY_JOIN_TIME);
    ChannelSnapshot snapshot =
        new ChannelSnapshot(channel, (Long) reply.get(0), users, (Long) reply.get(1));
    // What cannot be read is told at each look.
    if (allReadable) {
      known.keep(snapshot, reply);
    }
    return snapshot;
  }
}
