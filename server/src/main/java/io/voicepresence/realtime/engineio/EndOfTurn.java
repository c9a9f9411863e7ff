package io.voicepresence.realtime.engineio;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;

/** The end of an event loop's turn: when all that was read, and what follows of it, is done. */
public final class EndOfTurn {
  private EndOfTurn() {}

  /**
   * Runs a task at the end of the loop's turn, after those that were handed in before. In that
   * event loop only.
   */
  public static void run(EventLoop loop, Runnable task) {
    if (loop instanceof SingleThreadIoEventLoop turning) {
      turning.executeAfterEventLoopIteration(task);
    } else {
      // After the tasks that are queued now.
      loop.execute(task);
    }
  }
}
