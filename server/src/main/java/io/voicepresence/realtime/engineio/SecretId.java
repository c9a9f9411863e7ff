package io.voicepresence.realtime.engineio;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * An id that nobody can guess: 160 random bits (the protocol's ids are secrets, 128 bits are the
 * least), 27 characters of URL-safe base64. Kept as numbers, because each idle connection keeps two
 * of them, and as text they take twice the bytes.
 */
public record SecretId(long high, long middle, int low) {
  private static final int BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new one. */
  public static SecretId random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  /** The id of that text, exactly as {@link #toString} writes it; empty for any other text. */
  static Optional<SecretId> parse(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return bytes.length == BYTES
          ? Optional.of(of(bytes)).filter(id -> id.toString().equals(text))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static SecretId of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new SecretId(buffer.getLong(), buffer.getLong(), buffer.getInt());
  }

  @Override
  public String toString() {
    byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putLong(middle).putInt(low).array();
    return ENCODER.encodeToString(bytes);
  }
}
