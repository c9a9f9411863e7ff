package io.voicepresence.realtime.engineio;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the HTTP codec and closes a connection whose request takes too long to arrive, head
 * and body together; dribbling bytes does not help. A connection between two requests is not
 * concerned, except before its first.
 */
final class RequestClock extends ChannelInboundHandlerAdapter {
  private final RequestDeadline deadline;
  private final long limitNanos;
  private boolean arriving;

  RequestClock(RequestDeadline deadline, long limitNanos) {
    this.deadline = deadline;
    this.limitNanos = limitNanos;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    begin();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    end();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (!arriving) {
      begin();
    }
    context.fireChannelRead(bytes);
  }

  private void begin() {
    arriving = true;
    deadline.begin(limitNanos);
  }

  /** The request has arrived whole. */
  void end() {
    arriving = false;
    deadline.end();
  }
}
