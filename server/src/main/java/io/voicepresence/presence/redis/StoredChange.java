package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.presence.VoicePresenceUser;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a script that changes one user answers.
 *
 * @param user empty where the stored value is no user's JSON
 */
record StoredChange(Optional<VoicePresenceUser> user, long version) {

  /** Empty where the script found nobody to change. */
  static Optional<StoredChange> of(CompletableFuture<List<Object>> sent) {
    List<Object> reply = await(sent);
    return reply.isEmpty() ? Optional.empty() : Optional.of(read(reply, 0));
  }

  /** Reads the value and the version that stand in a reply from {@code at} on. */
  static StoredChange read(List<Object> reply, int at) {
    return new StoredChange(StoredUser.parse((byte[]) reply.get(at)), (Long) reply.get(at + 1));
  }
}
