package io.voicepresence.realtime.engineio;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Stands directly behind the HTTP codec of a connection and takes the Socket.IO requests out; all
 * else passes untouched, in both directions, because browsers use one kept-alive connection for
 * polling and for API calls alike.
 *
 * <p>Answers must leave in the order of their requests. Nobody but pipelining clients sends a
 * request before the last one is answered, and no browser does; where ours and others would be
 * under way together the connection is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
public final class EngineIoRequestHandler extends ChannelDuplexHandler {
  private static final FullHttpResponse CONTINUE =
      new DefaultFullHttpResponse(
          HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);

  private enum Arriving {
    /** Not ours, or nothing. */
    OTHER,
    /** A polling POST whose body is collected. */
    BODY,
    /** A request of ours that has all it needs once it has arrived whole. */
    NO_BODY,
    /** What comes after a refusal. */
    DISCARDED
  }

  private final EngineIoServer server;
  private final RequestClock clock;
  private Arriving arriving = Arriving.OTHER;
  private Runnable whenArrived = () -> {};
  private HttpExchange exchange;
  private EngineIoSession session;
  private PollingPost post;
  private int othersUnanswered;

  EngineIoRequestHandler(EngineIoServer server, RequestClock clock) {
    this.server = server;
    this.clock = clock;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof LastHttpContent) {
      clock.end();
    }
    if (message instanceof HttpRequest request) {
      if (RequestTarget.isEngineIo(request.uri()) || exchange != null) {
        onRequest(context, request);
      } else {
        arriving = Arriving.OTHER;
        othersUnanswered++;
        context.fireChannelRead(message);
        return;
      }
    }
    if (arriving == Arriving.OTHER || !(message instanceof HttpObject)) {
      context.fireChannelRead(message);
      return;
    }
    try {
      if (message instanceof HttpContent content) {
        onContent(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onRequest(ChannelHandlerContext context, HttpRequest request) {
    if (exchange != null || othersUnanswered > 0) {
      arriving = Arriving.DISCARDED;
      context.close();
      return;
    }
    arriving = Arriving.NO_BODY;
    whenArrived = () -> {};
    exchange = new HttpExchange(this, context, server, request);
    switch (RequestTarget.of(request)) {
      case RequestTarget.Refused(EngineIoError error) -> refuse(request, error);
      case RequestTarget target when !exchange.isOriginAllowed() ->
          refuse(request, EngineIoError.FORBIDDEN);
      case RequestTarget.Preflight preflight -> exchange.answerPreflight();
      case RequestTarget.NewPolling target -> openPolling(context, request);
      case RequestTarget.NewWebSocket target -> {
        if (server.isFull()) {
          refuse(request, EngineIoError.AT_CAPACITY);
        } else {
          upgrade(context, request, null);
        }
      }
      case RequestTarget.OfSession(String sid, boolean isWebSocket) -> {
        session = server.find(sid);
        if (session == null) {
          refuse(request, EngineIoError.UNKNOWN_SESSION);
        } else if (isWebSocket) {
          upgrade(context, request, session);
        } else {
          onPollingRequest(context, request);
        }
      }
    }
  }

  private void refuse(HttpRequest request, EngineIoError error) {
    boolean hasBody =
        HttpUtil.isTransferEncodingChunked(request)
            || !request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
    if (hasBody || request.decoderResult().isFailure()) {
      arriving = Arriving.DISCARDED;
      exchange.refuseAndClose(error);
    } else {
      exchange.refuse(error);
    }
  }

  private void openPolling(ChannelHandlerContext context, HttpRequest request) {
    if (server.isFull()) {
      refuse(request, EngineIoError.AT_CAPACITY);
      return;
    }
    EngineIoSession opened =
        server.newSession(context.channel(), ConnectRequest.of(request.headers()));
    // Before the client reads its id: the next request may come by another event loop.
    server.open(opened, new PollingTransport(opened));
    exchange.answerPoll(
        Unpooled.copiedBuffer(
            EngineIoCodec.open(opened.id(), true, server.settings()), StandardCharsets.US_ASCII));
  }

  private void onPollingRequest(ChannelHandlerContext context, HttpRequest request) {
    HttpExchange current = exchange;
    EngineIoSession target = session;
    current.bindTo(target);
    if (request.method().equals(HttpMethod.GET)) {
      whenArrived = () -> target.inEventLoop(() -> target.onPoll(current));
      return;
    }
    Optional<EngineIoError> refusal = PollingPost.refusal(request, server.settings().maxPayload());
    if (refusal.isPresent()) {
      refuse(request, refusal.get());
      return;
    }
    if (HttpUtil.is100ContinueExpected(request)) {
      context.writeAndFlush(CONTINUE.retainedDuplicate(), context.voidPromise());
    }
    arriving = Arriving.BODY;
    post =
        new PollingPost(current, target, context.alloc().buffer(), server.settings().maxPayload());
    whenArrived = this::onPostArrived;
  }

  private void onContent(HttpContent content) {
    if (arriving == Arriving.BODY) {
      post.add(content).ifPresent(this::discardPost);
    }
    if (content instanceof LastHttpContent && arriving != Arriving.DISCARDED) {
      arriving = Arriving.OTHER;
      Runnable next = whenArrived;
      whenArrived = () -> {};
      next.run();
    }
  }

  private void discardPost(EngineIoError error) {
    arriving = Arriving.DISCARDED;
    releasePost();
    exchange.refuseAndClose(error);
  }

  private void onPostArrived() {
    try {
      post.finish();
    } finally {
      releasePost();
    }
  }

  private void upgrade(ChannelHandlerContext context, HttpRequest request, EngineIoSession target) {
    if (!WebSocketUpgrade.isValid(request)) {
      refuse(request, EngineIoError.BAD_REQUEST);
      return;
    }
    WebSocketUpgrade upgrade = new WebSocketUpgrade(server, context.channel(), request, target);
    whenArrived = () -> upgrade.start(() -> stripHttp(context.pipeline()));
  }

  /**
   * Takes HTTP out of the pipeline, behind this handler first, so that what was read too much finds
   * nobody. And front to back: a removed context keeps its neighbours, and Micronaut keeps the last
   * one as long as the connection lives. In another order that one would hold on to all of HTTP,
   * 0.9 KB a connection.
   */
  private void stripHttp(ChannelPipeline pipeline) {
    boolean behind = false;
    for (Map.Entry<String, ChannelHandler> entry : pipeline) { // a copy, front to back
      if (behind) {
        pipeline.remove(entry.getKey());
      }
      behind |= entry.getValue().equals(this);
    }
    pipeline.remove(clock);
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
    pipeline.remove(HttpServerCodec.class);
    pipeline.remove(this);
  }

  /** Writes an answer of ours, unless the connection is gone. */
  void answer(
      ChannelHandlerContext context,
      HttpExchange answered,
      FullHttpResponse response,
      boolean keep) {
    if (exchange != answered) {
      response.release();
      return;
    }
    exchange = null;
    session = null;
    if (keep) {
      context.writeAndFlush(response, context.voidPromise());
    } else {
      arriving = Arriving.DISCARDED;
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean isInformational =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (message instanceof LastHttpContent && !isInformational && othersUnanswered > 0) {
      othersUnanswered--;
    }
    context.write(message, promise);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      context.close(); // the peer reset the connection: nothing to report
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    lose();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    lose();
    context.fireChannelInactive();
  }

  private void lose() {
    releasePost();
    if (exchange != null) {
      exchange.onConnectionLost();
      exchange = null;
      session = null;
    }
  }

  private void releasePost() {
    if (post != null) {
      post.release();
      post = null;
    }
  }
}
