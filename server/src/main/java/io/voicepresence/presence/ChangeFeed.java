package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;

/**
 * Brings every change of a channel to the nodes that follow it, the node that made the change
 * included: only what comes by the feed is broadcast.
 *
 * <p>A listener hears a channel's events one at a time, in the order of their versions, from the
 * moment that {@link #follow} returned. It must not block and must not call the store.
 */
public interface ChangeFeed {

  /**
   * Starts to bring the channel's changes to {@code listener}, until the returned handle is closed.
   */
  Following follow(ChannelId channel, Listener listener);

  /** Hears a channel's changes. */
  @FunctionalInterface
  interface Listener {
    void onChange(PresenceEvent event);
  }

  /** Ends what {@link #follow} began. */
  interface Following extends AutoCloseable {
    @Override
    void close();
  }
}
