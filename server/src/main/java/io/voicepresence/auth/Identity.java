package io.voicepresence.auth;

import io.voicepresence.channel.Permission;
import io.voicepresence.channel.UserId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who a verified token says the caller is.
 *
 * @param userId the claim {@code sub}
 * @param username {@code username}, else {@code preferred_username}, else {@code sub}
 * @param displayName {@code displayName}, else {@code name}
 * @param avatarUrl {@code avatarUrl}, else {@code picture}
 * @param expiresAt the claim {@code exp}, without leeway
 * @param voiceGrants the claim {@code voice.channels}: channel id, or prefix followed by {@code *},
 *     to the rights granted there, included ones listed too; in the token's order
 */
public record Identity(
    UserId userId,
    String username,
    Optional<String> displayName,
    Optional<String> avatarUrl,
    Instant expiresAt,
    Map<String, Set<Permission>> voiceGrants) {

  public Identity {
    // Unlike Map.copyOf, keeps the token's order: channels are listed in it. Each socket keeps its
    // identity, and most have no grants.
    voiceGrants =
        voiceGrants.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(voiceGrants));
  }
}
