package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.simulation.Faults.Evicted;
import java.util.List;
import java.util.OptionalInt;

/**
 * One step of a history. Says nothing that depends on the steps before it, so that a history stays
 * one when steps are taken out.
 */
sealed interface Step {

  /** Which of a user's stays in a channel a step speaks of, as far as any was seen. */
  enum Which {
    LAST,
    BEFORE_LAST,
    NEVER
  }

  /** A stay that is looked up when its step comes. */
  record StayOf(Profile user, Which which) {}

  /** A step that asks the store for something. */
  sealed interface Verb extends Step {}

  record Join(ChannelId channel, Profile user, Claim claim, OptionalInt limit) implements Verb {}

  record Leave(ChannelId channel, UserId user, LeaveReason reason) implements Verb {}

  record Update(ChannelId channel, UserId user, VoiceStateUpdate updates, Claim claim)
      implements Verb {}

  record Refresh(ChannelId channel, UserId user, Claim claim) implements Verb {}

  record Prolong(ChannelId channel, List<StayOf> stays) implements Verb {}

  record Release(ChannelId channel, StayOf stay) implements Verb {}

  record Reassert(ChannelId channel, StayOf stay) implements Verb {}

  record ExpireDue() implements Verb {}

  record CountAll() implements Verb {}

  /** The verb, after which nobody looks into the store. */
  record Unwatched(Verb verb) implements Step {}

  /** Time passes. */
  record Advance(long millis) implements Step {}

  /** Time passes until so many milliseconds after the next deadline. */
  record AdvanceToDeadline(long offset) implements Step {}

  /** The verb while the link breaks after so many of its commands. */
  record Broken(Verb verb, int commands, boolean carriedOut) implements Step {}

  record ForgetScripts() implements Step {}

  record DropConnections() implements Step {}

  record LoseEverything() implements Step {}

  record ChangeLineage(ChannelId channel) implements Step {}

  record Evict(Evicted key, ChannelId channel) implements Step {}

  record ForeignJoin(ChannelId channel, Profile user, long clockError, VoiceState state)
      implements Step {}

  record ForeignLeave(ChannelId channel, UserId user) implements Step {}

  record ForeignUpdate(ChannelId channel, UserId user, VoiceStateUpdate updates) implements Step {}

  record ForeignRefresh(ChannelId channel, UserId user) implements Step {}
}
