package io.voicepresence.presence.redis;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Event loops that somebody else made and ends. What comes from Redis is there where it is to go
 * out, and a command that a socket brings where it is to be sent: without a thread of Lettuce's in
 * between, which had to be woken four times for an update.
 */
final class SharedLoops implements EventLoopGroupProvider {
  private final EventLoopGroup loops;

  /**
   * @param loops of the transport that Lettuce takes too: epoll where it is to be had
   */
  SharedLoops(EventLoopGroup loops) {
    this.loops = loops;
  }

  /** The type asked for is Lettuce's name of a transport: nothing is cast to it. */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    return (T) loops;
  }

  @Override
  public int threadPoolSize() {
    int threads = 0;
    for (var _ : loops) {
      threads++;
    }
    return threads;
  }

  @Override
  public Future<Boolean> release(
      EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
  }
}
