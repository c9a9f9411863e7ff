package io.voicepresence.presence;

import io.voicepresence.channel.UserId;
import java.time.Instant;
import java.util.Comparator;

/**
 * A user who is in a voice channel.
 *
 * @param joinedAt when, to the millisecond, by the store's clock
 */
public record VoicePresenceUser(Profile profile, Instant joinedAt, VoiceState state) {

  /** The order of every list of users: who came first stands first, ties by id. */
  public static final Comparator<VoicePresenceUser> BY_JOIN_TIME =
      Comparator.comparing(VoicePresenceUser::joinedAt).thenComparing(VoicePresenceUser::id);

  public UserId id() {
    return profile.id();
  }

  public VoicePresenceUser with(VoiceStateUpdate update) {
    return new VoicePresenceUser(profile, joinedAt, state.with(update));
  }
}
