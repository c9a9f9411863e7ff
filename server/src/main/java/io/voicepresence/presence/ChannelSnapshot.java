package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import java.util.List;

/**
 * Who is in a channel at one version of it.
 *
 * @param version 0 for a channel that has none stored
 * @param users in the order of {@link VoicePresenceUser#BY_JOIN_TIME}
 * @param unbrokenSince the version from which on the store lost nothing: who knows the channel only
 *     as it was before cannot tell what was lost from what ended
 */
public record ChannelSnapshot(
    ChannelId channelId, long version, List<VoicePresenceUser> users, long unbrokenSince) {
  public ChannelSnapshot {
    users = List.copyOf(users);
  }

  /** A channel of which nothing is stored. */
  public static ChannelSnapshot empty(ChannelId channel) {
    return new ChannelSnapshot(channel, 0, List.of(), 0);
  }
}
