package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;

/**
 * One change of a channel's presence. A channel's events are numbered by its version without a gap.
 */
public sealed interface PresenceEvent {

  ChannelId channelId();

  /** The user's full state after the change; for {@link UserLeft} the last one before it. */
  VoicePresenceUser user();

  /** The channel's version after the change. */
  long version();

  record UserJoined(ChannelId channelId, VoicePresenceUser user, long version)
      implements PresenceEvent {}

  record UserLeft(ChannelId channelId, VoicePresenceUser user, long version, LeaveReason reason)
      implements PresenceEvent {}

  /**
   * A user's flags were set.
   *
   * @param updates the flags that were sent, changed or not
   */
  record UserUpdated(
      ChannelId channelId, VoicePresenceUser user, VoiceStateUpdate updates, long version)
      implements PresenceEvent {}
}
