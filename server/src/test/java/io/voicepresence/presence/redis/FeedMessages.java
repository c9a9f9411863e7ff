package io.voicepresence.presence.redis;

import java.nio.charset.StandardCharsets;

/** Feed messages as the scripts write them. */
final class FeedMessages {
  static final String ALICE =
      "{\"id\":\"alice\",\"username\":\"Alice\",\"joinedAt\":\"2026-11-22T06:00:00.000Z\","
          + "\"isVideoEnabled\":false,\"isScreenSharing\":false,\"isMuted\":true,\"isDeafened\":false}";

  private FeedMessages() {}

  static byte[] bytes(String message) {
    return message.getBytes(StandardCharsets.UTF_8);
  }

  /** One that raises the version by one. */
  static byte[] update(long version) {
    return bytes("1 " + (version - 1) + " " + version + " updated {\"isMuted\":true} " + ALICE);
  }
}
