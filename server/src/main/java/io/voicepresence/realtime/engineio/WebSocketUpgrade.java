package io.voicepresence.realtime.engineio;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * Turns an HTTP connection into a WebSocket (RFC 6455 section 4.2): the answer, and a pipeline of
 * two handlers in place of all that HTTP needed. A WebSocket that belongs to a polling session
 * moves to that session's event loop first, so that sending to it never hops.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class WebSocketUpgrade {
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

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
    this.request = ConnectRequest.of(channel.remoteAddress(), request.headers());
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

  /** The request has arrived whole: removes what HTTP needed and takes over. */
  void start(ChannelHandler requests, RequestClock clock) {
    ChannelPipeline pipeline = channel.pipeline();
    ChannelHandler decoder = new WebSocket13FrameDecoder(server.decoderConfig());
    pipeline.addAfter(pipeline.context(requests).name(), "ws-decoder", decoder);
    removeBehind(decoder);
    pipeline.remove(clock);
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
    if (target == null || target.eventLoop().equals(channel.eventLoop())) {
      finish(requests);
    } else {
      moveAndFinish(requests);
    }
  }

  /**
   * Front to back, and behind a handler that stays: a removed context keeps its neighbours, and
   * Micronaut keeps the last one as long as the connection lives. In another order that one would
   * hold on to all of HTTP, 0.9 KB a connection.
   */
  private void removeBehind(ChannelHandler stays) {
    ChannelPipeline pipeline = channel.pipeline();
    boolean behind = false;
    for (Map.Entry<String, ChannelHandler> entry : pipeline) { // a copy, front to back
      if (behind) {
        pipeline.remove(entry.getKey());
      }
      behind |= entry.getValue().equals(stays);
    }
  }

  private void moveAndFinish(ChannelHandler requests) {
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
                          finish(requests);
                        } else {
                          channel.unsafe().closeForcibly();
                        }
                      });
            });
  }

  private void finish(ChannelHandler requests) {
    if (!channel.isActive()) {
      channel.close();
      return;
    }
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.context(requests).writeAndFlush(response(), channel.voidPromise());
    EngineIoSession session = target == null ? server.newSession(channel, request) : target;
    WebSocketTransport transport = new WebSocketTransport(session, channel);
    pipeline.addLast("engine-io-ws", transport);
    pipeline.remove(HttpServerCodec.class);
    pipeline.remove(requests);
    if (target == null) {
      server.open(session, transport);
      OutboundFrame handshake =
          OutboundFrame.text(EngineIoCodec.open(session.id(), false, server.settings()));
      session.send(handshake);
      handshake.release();
    } else if (!session.offerWebSocket(transport)) {
      transport.close(CloseReason.UPGRADE_REFUSED);
    }
    // The HTTP handlers before us read on demand; from here on reading goes by itself.
    channel.config().setAutoRead(true);
    channel.read();
  }

  private FullHttpResponse response() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept);
    return response;
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
