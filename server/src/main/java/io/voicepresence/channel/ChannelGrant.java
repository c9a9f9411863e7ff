package io.voicepresence.channel;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one user may do in one channel that exists.
 *
 * @param permissions every right, included ones listed too; empty when the user has none
 * @param name the channel's name for people, where the access mode knows one
 * @param userLimit how many users the channel takes, at least 1; empty: no limit
 */
public record ChannelGrant(
    Set<Permission> permissions, Optional<String> name, OptionalInt userLimit) {

  public ChannelGrant {
    permissions = Set.copyOf(permissions);
  }

  public boolean allows(Permission permission) {
    return permissions.contains(permission);
  }
}
