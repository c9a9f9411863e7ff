package io.voicepresence.realtime.engineio;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;

/**
 * What an HTTP request to the Engine.IO path asks for, by its method and query alone. Source:
 * Engine.IO protocol, revision 4, "Transports".
 */
sealed interface RequestTarget {
  /** A CORS preflight. */
  record Preflight() implements RequestTarget {}

  record NewPolling() implements RequestTarget {}

  record NewWebSocket() implements RequestTarget {}

  record OfSession(String sid, boolean isWebSocket) implements RequestTarget {}

  record Refused(EngineIoError error) implements RequestTarget {}

  /** More parameters than any client sends. */
  int MAX_PARAMETERS = 32;

  /**
   * Whether a request is for Engine.IO at all: the path is {@code /socket.io} or that and a slash.
   */
  static boolean isEngineIo(String uri) {
    if (!uri.startsWith("/socket.io")) {
      return false;
    }
    int end = uri.indexOf('?');
    int length = end < 0 ? uri.length() : end;
    return length == 10 || (length == 11 && uri.charAt(10) == '/');
  }

  static RequestTarget of(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return new Refused(EngineIoError.BAD_REQUEST);
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      return new Preflight();
    }
    try {
      Map<String, List<String>> query =
          new QueryStringDecoder(
                  request.uri(), java.nio.charset.StandardCharsets.UTF_8, true, MAX_PARAMETERS)
              .parameters();
      return of(
          request.method(),
          query.getOrDefault("transport", List.of()),
          query.getOrDefault("EIO", List.of()),
          query.getOrDefault("sid", List.of()));
    } catch (IllegalArgumentException badEscape) {
      return new Refused(EngineIoError.BAD_REQUEST);
    }
  }

  private static RequestTarget of(
      HttpMethod method, List<String> transport, List<String> version, List<String> sid) {
    if (transport.size() > 1 || version.size() > 1 || sid.size() > 1) {
      return new Refused(EngineIoError.BAD_REQUEST);
    }
    boolean isWebSocket = transport.equals(List.of("websocket"));
    if (!isWebSocket && !transport.equals(List.of("polling"))) {
      return new Refused(EngineIoError.UNKNOWN_TRANSPORT);
    }
    if (!version.equals(List.of("4"))) {
      return new Refused(EngineIoError.UNSUPPORTED_VERSION);
    }
    boolean isGet = method.equals(HttpMethod.GET);
    if (sid.isEmpty()) {
      if (!isGet) {
        return new Refused(EngineIoError.BAD_HANDSHAKE_METHOD);
      }
      return isWebSocket ? new NewWebSocket() : new NewPolling();
    }
    if (isGet || (method.equals(HttpMethod.POST) && !isWebSocket)) {
      return new OfSession(sid.getFirst(), isWebSocket);
    }
    return new Refused(EngineIoError.BAD_REQUEST);
  }
}
