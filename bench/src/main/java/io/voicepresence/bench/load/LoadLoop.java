package io.voicepresence.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The one event loop that carries the whole load. One loop needs no lock, and the load has one core
 * to itself.
 */
public final class LoadLoop implements AutoCloseable {
  /** An event is some 500 bytes; a few of them in one read cost no more than one. */
  private static final int READ_BYTES = 8 * 1024;

  private static final int CONNECT_MILLIS = 10_000;

  private final MultiThreadIoEventLoopGroup group;

  public LoadLoop() {
    IoHandlerFactory epoll = EpollIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(1, epoll);
  }

  EventLoop loop() {
    return group.next();
  }

  ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    return new Bootstrap()
        .group(group)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .handler(handler)
        .connect(address);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
