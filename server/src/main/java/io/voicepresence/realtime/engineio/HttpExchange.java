package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.voicepresence.origin.OriginPolicy;
import java.nio.charset.StandardCharsets;

/**
 * One request of ours on an HTTP connection and its answer. The answer may come from any event
 * loop; it is written in the connection's own.
 */
final class HttpExchange {
  private static final String TEXT = "text/plain; charset=UTF-8";
  private static final ByteBuf OK =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("ok", StandardCharsets.US_ASCII));

  private final EngineIoRequestHandler connection;
  private final ChannelHandlerContext context;
  private final EngineIoServer server;
  private final String origin;
  private final String host;
  private final boolean keepAlive;
  private EngineIoSession session;

  HttpExchange(
      EngineIoRequestHandler connection,
      ChannelHandlerContext context,
      EngineIoServer server,
      HttpRequest request) {
    this.connection = connection;
    this.context = context;
    this.server = server;
    this.origin = request.headers().get(HttpHeaderNames.ORIGIN, "");
    this.host = request.headers().get(HttpHeaderNames.HOST, "");
    this.keepAlive = HttpUtil.isKeepAlive(request);
  }

  boolean isOriginAllowed() {
    return server.origins().allows(origin, host);
  }

  void bindTo(EngineIoSession target) {
    session = target;
  }

  /** The connection broke before the answer. */
  void onConnectionLost() {
    if (session != null) {
      session.eventLoop().execute(() -> session.onExchangeLost(this));
    }
  }

  void answerPoll(ByteBuf body) {
    answer(HttpResponseStatus.OK, TEXT, body, keepAlive);
  }

  void answerPost() {
    answer(HttpResponseStatus.OK, "text/html", OK.duplicate(), keepAlive);
  }

  void answerPreflight() {
    FullHttpResponse response =
        response(HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER, keepAlive);
    response
        .headers()
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET,POST,OPTIONS")
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "authorization,content-type")
        .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
    write(response, keepAlive);
  }

  void refuse(EngineIoError error) {
    server.metrics().requestRefused(error);
    answer(error.status(), "application/json", json(error), keepAlive);
  }

  /** As {@link #refuse}, where the rest of the request is not wanted either. */
  void refuseAndClose(EngineIoError error) {
    server.metrics().requestRefused(error);
    answer(error.status(), "application/json", json(error), false);
  }

  private static ByteBuf json(EngineIoError error) {
    return Unpooled.copiedBuffer(error.json(), StandardCharsets.US_ASCII);
  }

  private void answer(HttpResponseStatus status, String type, ByteBuf body, boolean keep) {
    FullHttpResponse response = response(status, body, keep);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    write(response, keep);
  }

  private FullHttpResponse response(HttpResponseStatus status, ByteBuf body, boolean keep) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    HttpUtil.setKeepAlive(headers, HttpVersion.HTTP_1_1, keep);
    if (!origin.isEmpty()) {
      headers.set(HttpHeaderNames.VARY, "Origin");
      if (server.origins().isListed(origin) && !OriginPolicy.isSameOrigin(origin, host)) {
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      }
    }
    return response;
  }

  private void write(FullHttpResponse response, boolean keep) {
    if (context.executor().inEventLoop()) {
      connection.answer(context, this, response, keep);
    } else {
      context.executor().execute(() -> connection.answer(context, this, response, keep));
    }
  }
}
