package io.voicepresence.realtime.engineio;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the HTTP codec and closes a connection whose request takes too long to arrive, head
 * and body together; dribbling bytes does not help. A connection between two requests is not
 * concerned, except before its first.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class RequestClock extends ChannelInboundHandlerAdapter {
  private final SessionLoop loop;
  private final long limitNanos;
  private final Deadline deadline = new Deadline();
  private ChannelHandlerContext context;
  private boolean arriving;

  RequestClock(SessionLoop loop, long limitNanos) {
    this.loop = loop;
    this.limitNanos = limitNanos;
  }

  private final class Deadline extends TimingWheel.Entry {
    @Override
    void onDeadline(long nowNanos) {
      context.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    begin();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    end();
  }

  @Override
  public void channelRead(ChannelHandlerContext ignored, Object bytes) {
    if (!arriving) {
      begin();
    }
    context.fireChannelRead(bytes);
  }

  private void begin() {
    arriving = true;
    loop.schedule(deadline, loop.now() + limitNanos);
  }

  /** The request has arrived whole. */
  void end() {
    arriving = false;
    loop.cancel(deadline);
  }
}
