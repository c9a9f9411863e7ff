package io.voicepresence.presence;

import java.util.Locale;

/** Why a user is no longer in a channel. */
public enum LeaveReason {
  /** The user said so. */
  LEFT,
  /** The deadline passed and nobody prolonged it. */
  EXPIRED,
  /** A moderator moved the user to another channel. */
  MOVED,
  /** A moderator removed the user. */
  DISCONNECTED,
  /** The media server saw the user go. */
  MEDIA;

  /** The word in events: the name in lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
