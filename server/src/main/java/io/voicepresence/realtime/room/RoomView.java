package io.voicepresence.realtime.room;

import io.voicepresence.channel.ChannelId;
import java.util.List;

/**
 * What a new subscriber is shown: the channel at one version.
 *
 * @param users as JSON, in the order of joining
 */
public record RoomView(ChannelId channel, long version, List<byte[]> users) {}
