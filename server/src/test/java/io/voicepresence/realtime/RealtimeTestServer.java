package io.voicepresence.realtime;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.engineio.RealtimeMetrics;
import io.voicepresence.realtime.socketio.NamespaceHandler;
import io.voicepresence.realtime.socketio.SocketIoServer;
import io.voicepresence.realtime.socketio.SocketIoSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * A Socket.IO server in a bare Netty pipeline, on a free port; other requests get "other", bad ones
 * 400.
 */
public final class RealtimeTestServer implements AutoCloseable {
  private final EventLoopGroup loops;
  private final List<CloseReason> closed = new CopyOnWriteArrayList<>();
  private final LongAdder sent = new LongAdder();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final SocketIoServer server;
  private final Channel listening;

  public RealtimeTestServer(
      EngineIoSettings engine,
      SocketIoSettings settings,
      OriginPolicy origins,
      Map<String, NamespaceHandler> namespaces) {
    this(engine, settings, origins, namespaces, false);
  }

  private RealtimeTestServer(
      EngineIoSettings engine,
      SocketIoSettings settings,
      OriginPolicy origins,
      Map<String, NamespaceHandler> namespaces,
      boolean epoll) {
    loops =
        new MultiThreadIoEventLoopGroup(
            2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    RealtimeMetrics metrics =
        new RealtimeMetrics() {
          @Override
          public void sessionClosed(CloseReason reason) {
            closed.add(reason);
          }

          @Override
          public void framesSent(int count, long bytes) {
            sent.add(count);
          }
        };
    server = new SocketIoServer(engine, settings, origins, metrics, Clock.systemUTC(), namespaces);
    listening =
        new ServerBootstrap()
            .group(loops)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel listening) {
                    listening.pipeline().addLast("recorder", new Recorder());
                    server.acceptFrom(listening.pipeline());
                  }
                })
            .childOption(ChannelOption.SO_SNDBUF, 32 * 1024)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast("codec", new HttpServerCodec())
                        .addLast("other", new Other());
                    server.addTo(channel.pipeline(), "codec");
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  public RealtimeTestServer(NamespaceHandler main) {
    this(EngineIoSettings.DEFAULT, SocketIoSettings.DEFAULT, OriginPolicy.of(), Map.of("/", main));
  }

  /** As the server runs on Linux. */
  public static RealtimeTestServer onEpoll(EngineIoSettings engine, NamespaceHandler main) {
    return new RealtimeTestServer(
        engine, SocketIoSettings.DEFAULT, OriginPolicy.of(), Map.of("/", main), true);
  }

  /** The server's end of a client's connection. */
  public Channel channelOf(RawClient client) {
    return channels.stream()
        .filter(channel -> ((InetSocketAddress) channel.remoteAddress()).getPort() == client.port())
        .findFirst()
        .orElseThrow();
  }

  /** How many sends there have been, to all clients. */
  public long sent() {
    return sent.sum();
  }

  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  public SocketIoServer server() {
    return server;
  }

  /** Why sessions were closed, in order. */
  public List<CloseReason> closed() {
    return closed;
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    var _ = server.closeAll(CloseReason.SHUTDOWN);
    loops.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Other extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
      if (message.decoderResult().isFailure()) {
        answer(context, HttpResponseStatus.BAD_REQUEST).addListener(ChannelFutureListener.CLOSE);
      } else if (message instanceof LastHttpContent) {
        var _ = answer(context, HttpResponseStatus.OK);
      }
    }

    private static ChannelFuture answer(ChannelHandlerContext context, HttpResponseStatus status) {
      var answer =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              status,
              Unpooled.copiedBuffer("other", StandardCharsets.US_ASCII));
      answer.headers().set("content-length", 5);
      return context.writeAndFlush(answer);
    }
  }

  /** Knows each accepted channel, whoever serves it. */
  private final class Recorder extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      channels.add((Channel) accepted);
      context.fireChannelRead(accepted);
    }
  }
}
