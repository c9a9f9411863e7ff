package io.voicepresence.channel.open;

import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelAccess;
import io.voicepresence.channel.ChannelGrant;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Any valid id is a channel, and every user with a valid token may view and join it. Nobody
 * moderates, and there is no list of channels.
 */
public final class OpenChannelAccess implements ChannelAccess {
  private static final Optional<ChannelGrant> JOIN =
      Optional.of(
          new ChannelGrant(Permission.JOIN.withIncluded(), Optional.empty(), OptionalInt.empty()));

  @Override
  public boolean decidesAtOnce() {
    return true;
  }

  @Override
  public Optional<ChannelGrant> grant(Identity user, ChannelId channel) {
    return JOIN;
  }

  @Override
  public Optional<Map<ChannelId, ChannelGrant>> list(Identity user) {
    return Optional.empty();
  }
}
