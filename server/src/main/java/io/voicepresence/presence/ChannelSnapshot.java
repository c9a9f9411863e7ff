package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import java.util.List;

/**
 * Who is in a channel at one version of it.
 *
 * @param version 0 for a channel that has none stored
 * @param users in the order of {@link VoicePresenceUser#BY_JOIN_TIME}
 */
public record ChannelSnapshot(ChannelId channelId, long version, List<VoicePresenceUser> users) {
  public ChannelSnapshot {
    users = List.copyOf(users);
  }
}
