package io.voicepresence.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.voicepresence.auth.BearerToken;
import io.voicepresence.auth.Identity;
import io.voicepresence.auth.TokenVerifier;
import io.voicepresence.error.RequestException;
import io.voicepresence.limit.CommandLimiter;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds out who sent a request, and whether one more of that user's is taken. */
@Singleton
public final class Caller {
  private final TokenVerifier tokens;
  private final CommandLimiter limiter;

  Caller(TokenVerifier tokens, CommandLimiter limiter) {
    this.tokens = tokens;
    this.limiter = limiter;
  }

  /**
   * The user of the request's bearer token. May block, as {@link TokenVerifier#verify} may.
   *
   * @throws RequestException {@code unauthenticated} or {@code rate_limited}
   */
  Identity of(HttpRequest<?> request) {
    String token =
        Optional.ofNullable(request.getHeaders().get(HttpHeaders.AUTHORIZATION))
            .flatMap(BearerToken::of)
            .orElseThrow(
                () ->
                    RequestException.unauthenticated(
                        "Send a token: Authorization: Bearer <token>"));
    Identity identity = tokens.verify(token);
    limiter.admit(identity.userId());
    return identity;
  }

  /** Whether {@link #of} waits for nothing, so that it may be called in an event loop. */
  boolean knowsAtOnce() {
    return tokens.verifiesAtOnce();
  }

  /**
   * Counts what a request costs beyond one command.
   *
   * @throws RequestException {@code rate_limited}
   */
  void charge(Identity user, int more) {
    limiter.admit(user.userId(), more);
  }
}
