package io.voicepresence.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import io.voicepresence.error.RequestException;
import java.security.InvalidKeyException;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks signed JSON Web Tokens (RFC 7519) as RFC 8725 advises: the configured key fixes the
 * algorithm, nothing in a token's header brings or fetches a key, encrypted and unsigned tokens and
 * critical extensions are refused, and a token's size is bounded before it is parsed.
 *
 * <p>Safe for use by many threads. Error details never repeat any part of a token.
 */
public final class JwtVerifier implements TokenVerifier {

  /** The longest token that is looked at, in characters, which are all ASCII. */
  public static final int MAX_TOKEN_LENGTH = 8 * 1024;

  private final TokenKeys keys;
  private final boolean isSymmetric;
  private final ClaimsReader claims;

  /**
   * @param keys where the key comes from
   * @param issuer the only {@code iss} to accept; empty: any or none
   * @param audience what {@code aud} must contain; empty: anything or nothing
   * @param clock the time that {@code exp}, {@code nbf} and {@code iat} are held against
   * @throws IllegalArgumentException when the key is too weak or of no supported type
   */
  public JwtVerifier(
      KeySource keys, Optional<String> issuer, Optional<String> audience, InstantSource clock) {
    this.keys = keysOf(keys, clock);
    this.isSymmetric = keys instanceof KeySource.SharedSecret;
    this.claims = new ClaimsReader(issuer, audience, clock);
  }

  private static TokenKeys keysOf(KeySource source, InstantSource clock) {
    try {
      return switch (source) {
        case KeySource.SharedSecret secret -> only(VerificationKey.of(secret.key()));
        case KeySource.OnePublicKey one -> only(VerificationKey.of(one.key(), Optional.empty()));
        case KeySource.KeySetUrl set -> new KeySetKeys(new KeySetReader(set.url()), clock);
      };
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static TokenKeys only(VerificationKey key) {
    List<VerificationKey> keys = List.of(key);
    return header -> key.fits(header) ? keys : List.of();
  }

  @Override
  public Identity verify(String token) {
    JWSObject jws = parse(token);
    JWSHeader header = jws.getHeader();
    // RFC 7515, section 4.1.11: an extension that is not understood must not be ignored.
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw RequestException.unauthenticated("The token's header has critical extensions");
    }
    requireSignature(jws, keys.candidates(header));
    Map<String, Object> payload = jws.getPayload().toJSONObject();
    if (payload == null) {
      throw RequestException.unauthenticated("The token's claims are not a JSON object");
    }
    return claims.identity(payload);
  }

  /** A public key's arithmetic takes a hundred microseconds, and a key set may have to be read. */
  @Override
  public boolean verifiesAtOnce() {
    return isSymmetric;
  }

  private static JWSObject parse(String token) {
    if (token.length() > MAX_TOKEN_LENGTH) {
      throw RequestException.unauthenticated("The token is longer than 8 KiB");
    }
    // Five parts would be an encrypted token, whose parameters can cost any amount of work.
    if (token.chars().filter(c -> c == '.').count() != 2) {
      throw RequestException.unauthenticated("The token is not a signed JWT");
    }
    try {
      return JWSObject.parse(token);
    } catch (ParseException | IllegalArgumentException e) {
      throw RequestException.unauthenticated("The token is not a signed JWT");
    }
  }

  private static void requireSignature(JWSObject jws, List<VerificationKey> candidates) {
    if (candidates.isEmpty()) {
      throw RequestException.unauthenticated(
          "The token's algorithm or key is not one that this server accepts");
    }
    for (VerificationKey key : candidates) {
      try {
        if (jws.verify(key.verifier())) {
          return;
        }
      } catch (JOSEException e) {
        throw RequestException.unauthenticated("The token's signature cannot be checked");
      }
    }
    throw RequestException.unauthenticated("The token's signature is wrong");
  }
}
