package io.voicepresence.channel.fixed;

import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelAccess;
import io.voicepresence.channel.ChannelGrant;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The channels of the configuration file, in its order. A channel that it does not list does not
 * exist; what everyone may do and what one user may do add up.
 */
public final class StaticChannelAccess implements ChannelAccess {
  private final Map<ChannelId, Grants> channels = new LinkedHashMap<>();

  /** Every answer of one channel, made once at the start. */
  private record Grants(ChannelGrant everyone, Map<String, ChannelGrant> members) {
    ChannelGrant of(Identity user) {
      return members.getOrDefault(user.userId().value(), everyone);
    }
  }

  /**
   * @param channels the channels, in the order to list them
   */
  public StaticChannelAccess(Map<ChannelId, FixedChannel> channels) {
    channels.forEach((id, channel) -> this.channels.put(id, grantsOf(channel)));
  }

  private static Grants grantsOf(FixedChannel channel) {
    Set<Permission> everyone = channel.members().getOrDefault(FixedChannel.EVERYONE, Set.of());
    Map<String, ChannelGrant> members = new HashMap<>();
    channel
        .members()
        .forEach((member, rights) -> members.put(member, grant(channel, everyone, rights)));
    return new Grants(grant(channel, everyone, Set.of()), members);
  }

  private static ChannelGrant grant(
      FixedChannel channel, Set<Permission> everyone, Set<Permission> own) {
    Set<Permission> all = EnumSet.noneOf(Permission.class);
    everyone.forEach(right -> all.addAll(right.withIncluded()));
    own.forEach(right -> all.addAll(right.withIncluded()));
    return new ChannelGrant(all, channel.name(), channel.userLimit());
  }

  @Override
  public boolean decidesAtOnce() {
    return true;
  }

  @Override
  public Optional<ChannelGrant> grant(Identity user, ChannelId channel) {
    return Optional.ofNullable(channels.get(channel)).map(grants -> grants.of(user));
  }

  @Override
  public Optional<Map<ChannelId, ChannelGrant>> list(Identity user) {
    Map<ChannelId, ChannelGrant> visible = new LinkedHashMap<>();
    channels.forEach(
        (id, grants) -> {
          ChannelGrant grant = grants.of(user);
          if (grant.allows(Permission.VIEW)) {
            visible.put(id, grant);
          }
        });
    return Optional.of(visible);
  }
}
