package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A POST of a polling session while its body arrives. Whole, it is handed to the session. */
final class PollingPost {
  private final HttpExchange exchange;
  private final EngineIoSession session;
  private final ByteBuf body;
  private final int maxBytes;

  /**
   * @param body an empty buffer, which this object releases
   */
  PollingPost(HttpExchange exchange, EngineIoSession session, ByteBuf body, int maxBytes) {
    this.exchange = exchange;
    this.session = session;
    this.body = body;
    this.maxBytes = maxBytes;
  }

  /** Why such a request is refused by its head alone, if it is. */
  static Optional<EngineIoError> refusal(HttpRequest request, int maxBytes) {
    if (!isText(request.headers().get(HttpHeaderNames.CONTENT_TYPE, "text/plain"))) {
      return Optional.of(EngineIoError.BAD_REQUEST);
    }
    return HttpUtil.getContentLength(request, 0L) > maxBytes
        ? Optional.of(EngineIoError.PAYLOAD_TOO_LARGE)
        : Optional.empty();
  }

  private static boolean isText(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT).strip();
    return type.equals("text/plain") || type.startsWith("text/plain;");
  }

  /** Takes the next piece of the body; answers why the request is refused now, if it is. */
  Optional<EngineIoError> add(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      return Optional.of(EngineIoError.BAD_REQUEST);
    }
    if (body.readableBytes() + content.content().readableBytes() > maxBytes) {
      return Optional.of(EngineIoError.PAYLOAD_TOO_LARGE);
    }
    body.writeBytes(content.content());
    return Optional.empty();
  }

  /** The body is whole. */
  void finish() {
    if (ByteBufUtil.isText(body, StandardCharsets.UTF_8)) {
      String text = body.toString(StandardCharsets.UTF_8);
      session.inEventLoop(() -> session.onPost(exchange, text));
    } else {
      session.close(CloseReason.INVALID_TEXT);
      exchange.refuse(EngineIoError.BAD_REQUEST);
    }
  }

  void release() {
    body.release();
  }
}
