package io.voicepresence.auth;

import java.util.Optional;

/** The token in an {@code Authorization} header (RFC 6750 section 2.1). */
public final class BearerToken {
  private static final String SCHEME = "Bearer ";

  private BearerToken() {}

  /** The token of a header's value, or empty where the value is of another scheme. */
  public static Optional<String> of(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(header.substring(SCHEME.length()).strip())
        : Optional.empty();
  }
}
