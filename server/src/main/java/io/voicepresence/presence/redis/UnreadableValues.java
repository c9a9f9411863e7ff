package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Values that are no user's JSON: told of and counted, and passed over otherwise. */
final class UnreadableValues {
  private static final Logger log = LoggerFactory.getLogger(UnreadableValues.class);

  private final LogThrottle lines = new LogThrottle(System::nanoTime, Duration.ofSeconds(10));
  private final LongAdder count = new LongAdder();

  void found(ChannelId channel, String user) {
    count.increment();
    // Each look at the channel finds it again.
    lines.log(
        unsaid ->
            log.warn(
                "Failed to parse voice presence data of user {} in voice channel {} ({} more since the"
                    + " last such line)",
                user,
                channel,
                unsaid));
  }

  long count() {
    return count.sum();
  }
}
