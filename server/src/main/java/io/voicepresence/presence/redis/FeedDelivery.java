package io.voicepresence.presence.redis;

import io.voicepresence.presence.ChangeFeed;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings messages to followers, on the link's own thread: that thread has them in order, and a hop
 * to another would cost a wake-up for each and a queue that needs a bound. It is sound because a
 * {@link ChangeFeed.Listener} must not block.
 */
final class FeedDelivery {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

  private final Map<String, FollowedChannel> channels;
  private final FeedCounters counters;
  private final FeedDoubts doubts = new FeedDoubts(this::listenerFailed);
  private final LogThrottle unreadable;
  private final LogThrottle failures;

  /**
   * @param channels who is followed, by the name of the shard channel
   */
  FeedDelivery(
      Map<String, FollowedChannel> channels, FeedCounters counters, LongSupplier nanoTime) {
    this.channels = channels;
    this.counters = counters;
    this.unreadable = new LogThrottle(nanoTime, LOG_PAUSE);
    this.failures = new LogThrottle(nanoTime, LOG_PAUSE);
  }

  /** What came for a channel that nobody follows any more is dropped without a word. */
  void receive(FeedLink link, String name, byte[] message) {
    FollowedChannel channel = channels.get(name);
    if (channel == null) {
      return;
    }
    counters.messages.increment();
    switch (FeedMessage.decode(channel.id(), message)) {
      case FeedMessage.Event event ->
          channel.deliver(link, event.event(), event.previous(), this::listenerFailed);
      case FeedMessage.Changed _ -> doubts.tell(channel);
      case FeedMessage.Unknown unknown -> {
        counters.dropped.increment();
        unreadable.log(
            unsaid ->
                log.warn(
                    "Dropped a message of {}: {} ({} more since the last such line)",
                    name,
                    unknown.reason(),
                    unsaid));
        doubts.tell(channel);
      }
    }
  }

  void doubt(FollowedChannel channel) {
    doubts.tell(channel);
  }

  void close() {
    doubts.close();
  }

  private void listenerFailed(Throwable broken) {
    failures.log(
        unsaid ->
            log.error(
                "A listener of the change feed failed ({} more since the last such line)",
                unsaid,
                broken));
  }
}
