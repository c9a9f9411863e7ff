package io.voicepresence.channel;

import io.voicepresence.auth.Identity;
import java.util.Map;
import java.util.Optional;

/**
 * May this user view, join, moderate this channel? One adapter for each {@code CHANNEL_ACCESS}
 * mode.
 */
public interface ChannelAccess {

  /**
   * What {@code user} may do in {@code channel}. May block on the application's own service.
   *
   * @return empty when there is no such channel
   * @throws io.voicepresence.error.RequestException {@code unavailable} when the answer cannot be
   *     had; never a silent yes
   */
  Optional<ChannelGrant> grant(Identity user, ChannelId channel);

  /** Whether {@link #grant} waits for nothing, so that it may be called in an event loop. */
  default boolean decidesAtOnce() {
    return false;
  }

  /**
   * The channels that {@code user} may view, in the order to show them.
   *
   * @return empty where this access mode cannot list channels
   */
  Optional<Map<ChannelId, ChannelGrant>> list(Identity user);
}
