package io.voicepresence.realtime.engineio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/** What is kept of the HTTP request that opened a session: only what an application decides by. */
public record ConnectRequest(
    Optional<String> authorization, Optional<String> origin, Optional<String> userAgent) {

  /** What is left when all is decided; an idle session should stay small. */
  public static final ConnectRequest FORGOTTEN =
      new ConnectRequest(Optional.empty(), Optional.empty(), Optional.empty());

  static ConnectRequest of(HttpHeaders headers) {
    return new ConnectRequest(
        Optional.ofNullable(headers.get(HttpHeaderNames.AUTHORIZATION)),
        Optional.ofNullable(headers.get(HttpHeaderNames.ORIGIN)),
        Optional.ofNullable(headers.get(HttpHeaderNames.USER_AGENT)));
  }

  /** What a decision about one more namespace needs. */
  public ConnectRequest authorizationOnly() {
    return new ConnectRequest(authorization, Optional.empty(), Optional.empty());
  }
}
