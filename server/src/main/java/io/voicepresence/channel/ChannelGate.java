package io.voicepresence.channel;

import io.voicepresence.auth.Identity;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;

/** Lets through who may, and says in the error table's words who may not. */
public final class ChannelGate {
  private final ChannelAccess access;

  public ChannelGate(ChannelAccess access) {
    this.access = access;
  }

  /**
   * What the user may do in the channel, when that includes {@code needed}.
   *
   * @throws RequestException {@code channel_not_found}, or {@code channel_access_denied}
   */
  public ChannelGrant require(Identity user, ChannelId channel, Permission needed) {
    ChannelGrant grant =
        access
            .grant(user, channel)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.CHANNEL_NOT_FOUND, "Channel " + channel + " not found"));
    if (!grant.allows(needed)) {
      throw new RequestException(
          ErrorCode.CHANNEL_ACCESS_DENIED,
          "No permission to " + needed.wireName() + " channel " + channel);
    }
    return grant;
  }
}
