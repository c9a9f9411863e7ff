package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.Optional;

/** What a node still knows of a user from the events that it was brought. Does not block. */
@FunctionalInterface
public interface LastSeen {

  /** The user as the channel's watchers here were shown it; empty where nobody here watches. */
  Optional<VoicePresenceUser> of(ChannelId channel, UserId user);
}
