package io.voicepresence.channel;

import io.voicepresence.auth.Identity;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;

/** The one place that turns a missing right into the error that the client sees. */
public final class ChannelGate {
  private final ChannelAccess access;

  public ChannelGate(ChannelAccess access) {
    this.access = access;
  }

  /** Whether {@link #require} waits for nothing, so that it may be called in an event loop. */
  public boolean decidesAtOnce() {
    return access.decidesAtOnce();
  }

  /**
   * What {@code user} may do in {@code channel}, which includes {@code needed}.
   *
   * @throws RequestException {@code channel_not_found} when there is no such channel, {@code
   *     channel_access_denied} when the right is missing, {@code unavailable} when the access mode
   *     cannot tell
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
          "You may not " + needed.wireName() + " channel " + channel);
    }
    return grant;
  }
}
