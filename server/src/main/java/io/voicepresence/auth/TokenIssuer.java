package io.voicepresence.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import io.voicepresence.channel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import javax.crypto.SecretKey;

/**
 * Issues tokens that {@link JwtVerifier} accepts, by HS256. Demo mode only: elsewhere the
 * application issues them.
 */
public final class TokenIssuer {
  private final JWSSigner signer;
  private final InstantSource clock;

  /**
   * @param key 32 bytes or more
   * @throws IllegalArgumentException when the key is shorter
   */
  public TokenIssuer(SecretKey key, InstantSource clock) {
    try {
      this.signer = new MACSigner(key);
    } catch (JOSEException e) {
      throw new IllegalArgumentException("An HS256 key has 32 bytes or more", e);
    }
    this.clock = clock;
  }

  /** A token for that user, valid from now on for {@code lifetime}, in whole seconds. */
  public String issue(UserId user, String username, Duration lifetime) {
    Instant now = clock.instant();
    JWSObject token =
        new JWSObject(
            new JWSHeader(JWSAlgorithm.HS256),
            new Payload(
                Map.of(
                    "sub", user.value(),
                    "username", username,
                    "iat", now.getEpochSecond(),
                    "exp", now.plus(lifetime).getEpochSecond())));
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is not available", e);
    }
    return token.serialize();
  }
}
