package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Turns an HTTP connection into a WebSocket (RFC 6455 section 4.2): the answer, and a pipeline of
 * one handler in place of all that HTTP needed. A WebSocket that belongs to a polling session moves
 * to that session's event loop first, so that sending to it never hops.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class WebSocketUpgrade {
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private static final byte[] RESPONSE_START =
      ("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
              + "sec-websocket-accept: ")
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RESPONSE_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** A SHA-1 digest in base64 has 28 characters. */
  private static final int RESPONSE_BYTES = RESPONSE_START.length + 28 + RESPONSE_END.length;

  private final EngineIoServer server;
  private final Channel channel;
  private final ConnectRequest request;
  private final String accept;
  private final EngineIoSession target;

  /**
   * @param target the polling session that asks for the upgrade; null for a new session
   */
  WebSocketUpgrade(
      EngineIoServer server, Channel channel, HttpRequest request, EngineIoSession target) {
    this.server = server;
    this.channel = channel;
    this.request = ConnectRequest.of(request.headers());
    this.accept = accept(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    this.target = target;
  }

  static boolean isValid(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return request.method().equals(HttpMethod.GET)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && headers.contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "").equals("13")
        && isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, ""));
  }

  private static boolean isKey(String key) {
    try {
      return key.length() <= 2 * KEY_BYTES && Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /**
   * The request has arrived whole: takes over.
   *
   * @param strip takes all handlers of HTTP out of the pipeline
   */
  void start(Runnable strip) {
    strip.run();
    if (target == null || target.eventLoop().equals(channel.eventLoop())) {
      finish();
    } else {
      moveAndFinish();
    }
  }

  private void moveAndFinish() {
    // Nobody is there to read for.
    channel.config().setAutoRead(false);
    channel
        .deregister()
        .addListener(
            left -> {
              if (!left.isSuccess()) {
                channel.unsafe().closeForcibly();
                return;
              }
              target
                  .eventLoop()
                  .register(channel)
                  .addListener(
                      arrived -> {
                        if (arrived.isSuccess()) {
                          finish();
                        } else {
                          channel.unsafe().closeForcibly();
                        }
                      });
            });
  }

  private void finish() {
    if (!channel.isActive()) {
      channel.close();
      return;
    }
    EngineIoSession session = target == null ? server.newSession(channel, request) : target;
    WebSocketTransport transport = new WebSocketTransport(session, channel);
    channel.pipeline().addLast("engine-io-ws", transport);
    channel.write(response(), channel.voidPromise());
    if (target == null) {
      // The first frame goes out in the same send.
      server.open(session, transport);
      OutboundFrame handshake =
          OutboundFrame.text(EngineIoCodec.open(session.id(), false, server.settings()));
      session.send(handshake);
      handshake.release();
    } else {
      channel.flush();
      if (!session.offerWebSocket(transport)) {
        transport.close(CloseReason.UPGRADE_REFUSED);
      }
    }
    // Handlers of HTTP read on demand; from here on reading goes by itself.
    channel.config().setAutoRead(true);
  }

  private ByteBuf response() {
    return channel
        .alloc()
        .buffer(RESPONSE_BYTES)
        .writeBytes(RESPONSE_START)
        .writeBytes(accept.getBytes(StandardCharsets.US_ASCII))
        .writeBytes(RESPONSE_END);
  }

  /** What the decoders of all WebSockets share. */
  static WebSocketDecoderConfig decoderConfig(int maxPayload) {
    return WebSocketDecoderConfig.newBuilder()
        .expectMaskedFrames(true)
        .allowMaskMismatch(false)
        .allowExtensions(false)
        .maxFramePayloadLength(maxPayload)
        // Our transport says why it closes; the decoder only notices.
        .closeOnProtocolViolation(false)
        .withUTF8Validator(false)
        .build();
  }
}
