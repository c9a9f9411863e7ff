package io.voicepresence.channel;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a user may do in a channel. Each right includes the ones before it. */
public enum Permission {
  /** Read the channel and subscribe to it. */
  VIEW,
  /** Join it, update one's own state and refresh. */
  JOIN,
  /** Change and disconnect others. */
  MODERATE;

  /**
   * The name in tokens, configuration and answers: {@code view}, {@code join}, {@code moderate}.
   */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The permission of that {@link #wireName()}, or empty for any other word. */
  public static Optional<Permission> ofWireName(String name) {
    return switch (name) {
      case "view" -> Optional.of(VIEW);
      case "join" -> Optional.of(JOIN);
      case "moderate" -> Optional.of(MODERATE);
      default -> Optional.empty();
    };
  }

  /** This right and all that it includes. */
  public Set<Permission> withIncluded() {
    return EnumSet.range(VIEW, this);
  }
}
