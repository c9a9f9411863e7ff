package io.voicepresence.bench.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs tokens as a team's own backend would: HS256, with the claims of a profile. All targets get
 * the same ones. For one thread.
 */
public final class TokenSigner {
  /** The key of every run; 32 bytes is the least that HS256 allows. */
  public static final String SECRET = "a-key-for-benchmarks-and-nothing-else";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
  private static final long VALID_SECONDS = 24 * 3600;

  private final Mac mac;
  private final long issuedAt;

  /**
   * @param issuedAt in seconds since the epoch
   */
  public TokenSigner(long issuedAt) {
    this.issuedAt = issuedAt;
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A token of a user, valid for a day. */
  public String sign(String userId) {
    String claims =
        "{\"sub\":\"%1$s\",\"username\":\"%1$s\",\"displayName\":\"User %1$s\",\"avatarUrl\":\"https://cdn.example.com/avatars/%1$s.png\",\"iat\":%2$d,\"exp\":%3$d}"
            .formatted(userId, issuedAt, issuedAt + VALID_SECONDS);
    String signed = HEADER + "." + encode(claims);
    byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + BASE64.encodeToString(signature);
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
