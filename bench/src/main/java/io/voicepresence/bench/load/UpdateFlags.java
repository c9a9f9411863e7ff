package io.voicepresence.bench.load;

import java.nio.charset.StandardCharsets;

/** The four flags of an update that say a number from 0 to 15. */
final class UpdateFlags {
  private static final byte[][] TAILS = new byte[16][];

  static {
    for (int number = 0; number < TAILS.length; number++) {
      TAILS[number] = (json(number) + "}]").getBytes(StandardCharsets.US_ASCII);
    }
  }

  private UpdateFlags() {}

  /** The end of a {@code VOICE_STATE_UPDATE} packet; shared, not to be written. */
  static byte[] of(int number) {
    return TAILS[number];
  }

  private static String json(int number) {
    return "\"isVideoEnabled\":%b,\"isScreenSharing\":%b,\"isMuted\":%b,\"isDeafened\":%b"
        .formatted((number & 8) != 0, (number & 4) != 0, (number & 2) != 0, (number & 1) != 0);
  }
}
