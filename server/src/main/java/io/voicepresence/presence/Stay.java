package io.voicepresence.presence;

import io.voicepresence.channel.UserId;
import java.time.Instant;

/**
 * One unbroken time of a user in a channel. Who leaves and joins again is in another stay: what
 * vouched for the first says nothing of the second.
 *
 * @param joinedAt as the store gave it
 */
public record Stay(UserId user, Instant joinedAt) {
  public static Stay of(VoicePresenceUser user) {
    return new Stay(user.id(), user.joinedAt());
  }
}
