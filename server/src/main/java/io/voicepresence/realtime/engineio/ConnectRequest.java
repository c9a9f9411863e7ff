package io.voicepresence.realtime.engineio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * What is kept of the HTTP request that opened a session: only what an application decides by.
 *
 * @param remoteAddress the peer of the TCP connection
 */
public record ConnectRequest(
    SocketAddress remoteAddress,
    Optional<String> authorization,
    Optional<String> origin,
    Optional<String> userAgent) {

  static ConnectRequest of(SocketAddress remoteAddress, HttpHeaders headers) {
    return new ConnectRequest(
        remoteAddress,
        Optional.ofNullable(headers.get(HttpHeaderNames.AUTHORIZATION)),
        Optional.ofNullable(headers.get(HttpHeaderNames.ORIGIN)),
        Optional.ofNullable(headers.get(HttpHeaderNames.USER_AGENT)));
  }

  /** What a decision about one more namespace needs; an idle session should stay small. */
  public ConnectRequest addressAndAuthorization() {
    return new ConnectRequest(remoteAddress, authorization, Optional.empty(), Optional.empty());
  }

  /** What is left when all is decided. */
  public ConnectRequest addressOnly() {
    return new ConnectRequest(remoteAddress, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
