package io.voicepresence.auth;

import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the claims of a token whose signature is right and reads the caller from them. */
final class ClaimsReader {

  /** The end of year 9999: a later time is an issuer's mistake, such as milliseconds. */
  private static final double LATEST_EPOCH_SECOND = 253_402_300_799d;

  private final Optional<String> issuer;
  private final Optional<String> audience;
  private final InstantSource clock;

  ClaimsReader(Optional<String> issuer, Optional<String> audience, InstantSource clock) {
    this.issuer = issuer;
    this.audience = audience;
    this.clock = clock;
  }

  /**
   * @throws RequestException {@code unauthenticated}, with the claim that is wrong
   */
  Identity identity(Map<String, Object> claims) {
    Instant expiresAt =
        time(claims, "exp").orElseThrow(() -> refused("The token has no claim exp"));
    requireTime(claims, expiresAt);
    requireIssuerAndAudience(claims);
    UserId user = user(claims);
    return new Identity(
        user,
        text(claims, "username").or(() -> text(claims, "preferred_username")).orElse(user.value()),
        text(claims, "displayName").or(() -> text(claims, "name")),
        text(claims, "avatarUrl").or(() -> text(claims, "picture")),
        expiresAt,
        VoiceClaim.grants(claims.get("voice")));
  }

  private void requireTime(Map<String, Object> claims, Instant expiresAt) {
    Instant now = clock.instant();
    if (!now.isBefore(expiresAt.plus(TokenVerifier.LEEWAY))) {
      throw refused("The token has expired");
    }
    Instant latestStart = now.plus(TokenVerifier.LEEWAY);
    if (time(claims, "nbf").filter(latestStart::isBefore).isPresent()) {
      throw refused("The token is not valid yet (claim nbf)");
    }
    if (time(claims, "iat").filter(latestStart::isBefore).isPresent()) {
      throw refused("The token was issued in the future (claim iat)");
    }
  }

  private void requireIssuerAndAudience(Map<String, Object> claims) {
    if (issuer.isPresent() && !issuer.get().equals(claims.get("iss"))) {
      throw refused("The token is from another issuer (claim iss)");
    }
    if (audience.isPresent()) {
      Object aud = claims.get("aud");
      boolean meant =
          aud instanceof List<?> many ? many.contains(audience.get()) : audience.get().equals(aud);
      if (!meant) {
        throw refused("The token is for another audience (claim aud)");
      }
    }
  }

  private static UserId user(Map<String, Object> claims) {
    if (claims.get("sub") instanceof String sub && UserId.isValid(sub)) {
      return new UserId(sub);
    }
    throw refused("The token's claim sub is not a user id");
  }

  /** A NumericDate (RFC 7519, section 2), which may have a fraction. */
  private static Optional<Instant> time(Map<String, Object> claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= LATEST_EPOCH_SECOND) {
      return Optional.of(Instant.ofEpochMilli((long) (number.doubleValue() * 1000)));
    }
    throw refused("The token's claim " + name + " is not a time in seconds");
  }

  /** An empty text counts as none. */
  private static Optional<String> text(Map<String, Object> claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text).filter(t -> !t.isBlank());
    }
    throw refused("The token's claim " + name + " is not a text");
  }

  private static RequestException refused(String detail) {
    return RequestException.unauthenticated(detail);
  }
}
