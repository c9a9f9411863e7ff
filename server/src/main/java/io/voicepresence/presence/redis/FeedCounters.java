package io.voicepresence.presence.redis;

import java.util.concurrent.atomic.LongAdder;

/** What the feed counts of itself, since the start. */
final class FeedCounters {
  final LongAdder messages = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder relinks = new LongAdder();
}
