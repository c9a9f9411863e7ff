package io.voicepresence.presence.memory;

import io.voicepresence.channel.ChannelId;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Which channel to look at next: each channel with users stands here once, under a moment no later
 * than its earliest deadline. Prolonging moves deadlines ahead of that moment and costs nothing
 * here; the sweeper then finds nothing due and enters the channel anew.
 */
final class DueChannels {
  private record Entry(long deadline, ChannelId channel) {}

  private final ConcurrentSkipListSet<Entry> entries =
      new ConcurrentSkipListSet<>(
          Comparator.comparingLong(Entry::deadline).thenComparing(Entry::channel));

  /** Sees to it that the channel is looked at by {@code deadline}. Holding the channel's lock. */
  void enter(MemoryChannel channel, long deadline) {
    if (deadline < channel.indexedAt) {
      if (channel.indexedAt != MemoryChannel.NOT_INDEXED) {
        entries.remove(new Entry(channel.indexedAt, channel.id));
      }
      channel.indexedAt = deadline;
      entries.add(new Entry(deadline, channel.id));
    }
  }

  /** Takes the next channel out that is due at {@code now}. */
  Optional<ChannelId> poll(long now) {
    for (Entry first : entries) {
      if (first.deadline() > now) {
        break;
      }
      if (entries.remove(first)) {
        return Optional.of(first.channel());
      }
    }
    return Optional.empty();
  }
}
