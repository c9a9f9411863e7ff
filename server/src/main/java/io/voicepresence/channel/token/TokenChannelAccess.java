package io.voicepresence.channel.token;

import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelAccess;
import io.voicepresence.channel.ChannelGrant;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The rights in the token's claim {@code voice}. Every valid id is a channel; one that the claim
 * does not grant is a channel without rights, so that a caller is denied and never told what
 * exists.
 */
public final class TokenChannelAccess implements ChannelAccess {

  @Override
  public boolean decidesAtOnce() {
    return true;
  }

  @Override
  public Optional<ChannelGrant> grant(Identity user, ChannelId channel) {
    return Optional.of(grantOf(user, channel));
  }

  /** The ids that the claim names exactly; what a prefix covers cannot be listed. */
  @Override
  public Optional<Map<ChannelId, ChannelGrant>> list(Identity user) {
    Map<ChannelId, ChannelGrant> visible = new LinkedHashMap<>();
    for (String pattern : user.voiceGrants().keySet()) {
      if (!pattern.endsWith("*")) {
        ChannelId channel = new ChannelId(pattern);
        ChannelGrant grant = grantOf(user, channel);
        if (grant.allows(Permission.VIEW)) {
          visible.put(channel, grant);
        }
      }
    }
    return Optional.of(visible);
  }

  /** Adds up the exact grant and those of all prefixes; a token of 8 KiB holds a few hundred. */
  private static ChannelGrant grantOf(Identity user, ChannelId channel) {
    Set<Permission> rights = EnumSet.noneOf(Permission.class);
    user.voiceGrants()
        .forEach(
            (pattern, granted) -> {
              if (covers(pattern, channel.value())) {
                rights.addAll(granted);
              }
            });
    return new ChannelGrant(rights, Optional.empty(), OptionalInt.empty());
  }

  private static boolean covers(String pattern, String channel) {
    int last = pattern.length() - 1;
    return pattern.charAt(last) == '*'
        ? channel.regionMatches(0, pattern, 0, last)
        : pattern.equals(channel);
  }
}
