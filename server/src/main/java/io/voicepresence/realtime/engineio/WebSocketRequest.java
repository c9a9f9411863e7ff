package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the head of a request that asks for a WebSocket, in the one form that clients send it in.
 * Whatever has another form, is wrong, or is no such request is not read here: the HTTP codec gets
 * the same bytes. So this may understand less than RFC 9112, and never anything else.
 */
final class WebSocketRequest {
  /** Longer heads are for the HTTP codec. */
  static final int MAX_BYTES = 16 * 1024;

  private static final ByteBuf START = ascii("GET /socket.io/?");
  private static final ByteBuf END = ascii("\r\n\r\n");
  private static final String VERSION = " HTTP/1.1";

  private WebSocketRequest() {}

  private static ByteBuf ascii(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII).asReadOnly());
  }

  /** Whether these bytes may go on to become a head that {@link #read} understands. */
  static boolean mayBegin(ByteBuf bytes) {
    int length = Math.min(bytes.readableBytes(), START.readableBytes());
    return bytes.readableBytes() < MAX_BYTES
        && ByteBufUtil.equals(bytes, bytes.readerIndex(), START, 0, length);
  }

  /** Whether the bytes end where a head ends. */
  static boolean isWhole(ByteBuf bytes) {
    int length = END.readableBytes();
    return bytes.readableBytes() >= length
        && ByteBufUtil.equals(bytes, bytes.writerIndex() - length, END, 0, length);
  }

  /** The request whose head these bytes are, and nothing more; empty for any other bytes. */
  static Optional<HttpRequest> read(ByteBuf bytes) {
    if (!mayBegin(bytes) || !isWhole(bytes)) {
      return Optional.empty();
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n");
    String line = text.substring(0, end);
    if (!line.endsWith(VERSION)) {
      return Optional.empty();
    }
    String uri = line.substring("GET ".length(), line.length() - VERSION.length());
    for (int i = 0; i < uri.length(); i++) {
      if (!isVisible(uri.charAt(i))) {
        return Optional.empty();
      }
    }
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    int at = end + 2;
    while (at < text.length() - 2) {
      end = text.indexOf("\r\n", at);
      if (!readHeader(text, at, end, headers)) {
        return Optional.empty();
      }
      at = end + 2;
    }
    return Optional.of(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri, headers));
  }

  /** Reads {@code name: value}; false where that is not what stands there. */
  private static boolean readHeader(String text, int from, int to, HttpHeaders headers) {
    int colon = from;
    while (colon < to && isNameCharacter(text.charAt(colon))) {
      colon++;
    }
    if (colon == from || colon == to || text.charAt(colon) != ':') {
      return false;
    }
    for (int i = colon + 1; i < to; i++) {
      char c = text.charAt(i);
      if (!isVisible(c) && c != ' ' && c != '\t') {
        return false;
      }
    }
    String name = text.substring(from, colon);
    headers.add(name, text.substring(colon + 1, to).strip());
    // A request with a body is none for a WebSocket.
    return !name.equalsIgnoreCase("content-length") && !name.equalsIgnoreCase("transfer-encoding");
  }

  /** RFC 9110, section 5.6.2: what a token consists of. */
  private static boolean isNameCharacter(char c) {
    return isVisible(c) && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
  }

  private static boolean isVisible(int c) {
    return c > ' ' && c < 0x7f;
  }
}
