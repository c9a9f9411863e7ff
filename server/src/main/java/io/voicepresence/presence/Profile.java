package io.voicepresence.presence;

import io.voicepresence.auth.Identity;
import io.voicepresence.channel.UserId;
import java.util.Optional;

/** Who a user is to the others in a channel, taken from the token at the join. */
public record Profile(
    UserId id, String username, Optional<String> displayName, Optional<String> avatarUrl) {

  public static Profile of(Identity identity) {
    return new Profile(
        identity.userId(), identity.username(), identity.displayName(), identity.avatarUrl());
  }
}
