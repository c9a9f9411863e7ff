package io.voicepresence.realtime.engineio;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands in the pipeline of a listening channel, before Netty's own acceptor, and puts {@link
 * FirstRequest} at the head of each connection that comes in.
 */
@Sharable
final class Acceptor extends ChannelInboundHandlerAdapter {
  private final EngineIoServer server;

  Acceptor(EngineIoServer server) {
    this.server = server;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    ((Channel) accepted).pipeline().addLast("first-request", new FirstRequest(server));
    context.fireChannelRead(accepted);
  }
}
