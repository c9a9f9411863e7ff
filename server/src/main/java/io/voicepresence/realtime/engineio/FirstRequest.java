package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.util.Optional;

/**
 * Waits for the first request of a connection before there is anything that serves HTTP. One that
 * asks for a WebSocket and may have it becomes one at once; for every other, the handler that
 * builds the HTTP pipeline gets its turn now, and the bytes. So it is HTTP's handlers alone that
 * refuse and explain, and what they cost, 0.6 KB a connection and a quarter of the work of opening
 * one, is not paid by WebSockets.
 */
final class FirstRequest extends ChannelInboundHandlerAdapter {
  /**
   * All connections read into buffers of one size, as many in one turn as Netty's default. What
   * clients send is short, and to guess how short takes three more objects for each of them.
   */
  private static final RecvByteBufAllocator RECEIVE_BUFFERS =
      new FixedRecvByteBufAllocator(2048).maxMessagesPerRead(16);

  private final EngineIoServer server;
  private RequestDeadline deadline;

  /** Builds the HTTP pipeline when it is added to the channel's. */
  private ChannelHandler http;

  /** What has arrived of the head of a request that may be for a WebSocket; else null. */
  private ByteBuf head;

  FirstRequest(EngineIoServer server) {
    this.server = server;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    // It stands behind this handler and was not asked to build anything yet.
    http = context.pipeline().removeLast();
    if (http == this) {
      throw new IllegalStateException("a listening channel without a handler for its connections");
    }
    context.channel().config().setRecvByteBufAllocator(RECEIVE_BUFFERS);
    deadline = new RequestDeadline(server.loopOf(context.channel()), context.channel());
    deadline.begin(server.settings().requestTimeout().toNanos());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    collect(context, (ByteBuf) message);
    if (WebSocketRequest.mayBegin(head) && !WebSocketRequest.isWhole(head)) {
      return;
    }
    Optional<WebSocketUpgrade> upgrade =
        WebSocketRequest.read(head).flatMap(request -> upgrade(context, request));
    if (upgrade.isPresent()) {
      upgrade.get().start(() -> context.pipeline().remove(this));
    } else {
      serveHttp(context);
    }
  }

  private void collect(ChannelHandlerContext context, ByteBuf bytes) {
    if (head == null) {
      head = bytes;
      return;
    }
    ByteBuf all =
        context.alloc().buffer(head.readableBytes() + bytes.readableBytes()).writeBytes(head);
    try {
      all.writeBytes(bytes);
    } finally {
      bytes.release();
      head.release();
      head = all;
    }
  }

  /** Empty where there is something to refuse. */
  private Optional<WebSocketUpgrade> upgrade(ChannelHandlerContext context, HttpRequest request) {
    if (!WebSocketUpgrade.isValid(request) || !server.allowsOrigin(request)) {
      return Optional.empty();
    }
    EngineIoSession target;
    switch (RequestTarget.of(request)) {
      case RequestTarget.NewWebSocket _ when !server.isFull() -> target = null;
      case RequestTarget.OfSession(String sid, boolean isWebSocket) when isWebSocket -> {
        target = server.find(sid);
        if (target == null) {
          return Optional.empty();
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(new WebSocketUpgrade(server, context.channel(), request, target));
  }

  private void serveHttp(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    pipeline.addLast(http);
    // What its handlers would have heard had they been there from the beginning.
    context.fireChannelRegistered();
    context.fireChannelActive();
    ByteBuf bytes = head;
    head = null;
    context.fireChannelRead(bytes);
    pipeline.remove(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    deadline.end();
    if (head != null) {
      head.release();
      head = null;
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // a failed close ends in channelInactive
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) { // the peer reset the connection: nothing to report
      EngineIoServer.LOG.error("The first request of a connection failed", cause);
    }
    context.close();
  }
}
