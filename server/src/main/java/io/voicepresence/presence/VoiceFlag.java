package io.voicepresence.presence;

import java.util.Optional;

/**
 * One switch of a user's voice state. The first four belong to the user; the last two are set by a
 * moderator, the user cannot clear them, and they appear in JSON only while they are on.
 */
public enum VoiceFlag {
  VIDEO_ENABLED("isVideoEnabled", 1),
  SCREEN_SHARING("isScreenSharing", 2),
  MUTED("isMuted", 4),
  DEAFENED("isDeafened", 8),
  SERVER_MUTED("isServerMuted", 16),
  SERVER_DEAFENED("isServerDeafened", 32);

  private final String wireName;
  private final int bit;

  VoiceFlag(String wireName, int bit) {
    this.wireName = wireName;
    this.bit = bit;
  }

  /** The field's name in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Whether only a moderator may change it. */
  public boolean moderated() {
    return this == SERVER_MUTED || this == SERVER_DEAFENED;
  }

  /** The flag of that JSON field, or empty for any other name. */
  public static Optional<VoiceFlag> ofWireName(String name) {
    return switch (name) {
      case "isVideoEnabled" -> Optional.of(VIDEO_ENABLED);
      case "isScreenSharing" -> Optional.of(SCREEN_SHARING);
      case "isMuted" -> Optional.of(MUTED);
      case "isDeafened" -> Optional.of(DEAFENED);
      case "isServerMuted" -> Optional.of(SERVER_MUTED);
      case "isServerDeafened" -> Optional.of(SERVER_DEAFENED);
      default -> Optional.empty();
    };
  }

  int bit() {
    return bit;
  }
}
