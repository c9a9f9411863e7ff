package io.voicepresence.presence.redis;

import io.voicepresence.presence.Claim;

/** How the scripts name a claim. */
final class Claims {
  private Claims() {}

  static String text(Claim claim) {
    return switch (claim) {
      case REQUEST -> "request";
      case SOCKET -> "socket";
    };
  }
}
