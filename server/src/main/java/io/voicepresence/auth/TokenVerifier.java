package io.voicepresence.auth;

import java.time.Duration;

/** Turns a bearer token into an {@link Identity}. */
public interface TokenVerifier {

  /**
   * How far the clocks of issuer and server may differ: leeway for {@code exp}, {@code nbf} and
   * {@code iat}.
   */
  Duration LEEWAY = Duration.ofSeconds(10);

  /**
   * Checks the signature and the claims. May block while a key set is fetched.
   *
   * @throws io.voicepresence.error.RequestException {@code unauthenticated} when the token proves
   *     nothing; {@code unavailable} when the key set cannot be read and none is known yet
   */
  Identity verify(String token);

  /**
   * Whether {@link #verify} neither waits for anything nor takes more than some ten microseconds,
   * so that it may be called in an event loop.
   */
  default boolean verifiesAtOnce() {
    return false;
  }
}
