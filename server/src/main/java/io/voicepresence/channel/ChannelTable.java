package io.voicepresence.channel;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Remembers something of channels, without a lock and within a bound: each channel has one place,
 * and of those that share it the last one has it. So what is found may be another channel's, or
 * none: it is for the caller to compare. Safe for use by many threads.
 */
public final class ChannelTable<T> {
  /** At most so many things are kept. */
  public static final int PLACES = 1024;

  private final AtomicReferenceArray<T> places = new AtomicReferenceArray<>(PLACES);

  /** What was put last into the channel's place. */
  public Optional<T> find(ChannelId channel) {
    return Optional.ofNullable(places.get(place(channel)));
  }

  public void put(ChannelId channel, T remembered) {
    places.set(place(channel), remembered);
  }

  private static int place(ChannelId channel) {
    int hash = channel.hashCode();
    return (hash ^ (hash >>> 16)) & (PLACES - 1);
  }
}
