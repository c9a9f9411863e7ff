package io.voicepresence.presence.redis;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Tells doubts, on a thread of its own: a listener that waits in {@link
 * io.voicepresence.presence.ChangeFeed.Listener#onDoubt} for somebody who waits for the feed must
 * not stop the feed. Doubts of one channel that come faster than they are told become one.
 */
final class FeedDoubts implements AutoCloseable {
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("feed-doubts").factory());
  private final Consumer<Throwable> failures;

  /**
   * @param failures hears what listeners threw
   */
  FeedDoubts(Consumer<Throwable> failures) {
    this.failures = failures;
  }

  void tell(FollowedChannel channel) {
    if (channel.doubtBegins()) {
      try {
        teller.execute(() -> channel.tellDoubt(failures));
      } catch (RejectedExecutionException closed) {
        // Nobody is to be told any more.
      }
    }
  }

  @Override
  public void close() {
    var _ = teller.shutdownNow();
  }
}
