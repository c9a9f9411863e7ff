package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;

/**
 * Brings every change of a channel to the nodes that follow it, the node that made the change
 * included: only what comes by the feed is broadcast.
 *
 * <p>A listener hears a channel's events one at a time, in the order of their versions, from the
 * moment that {@link #follow} returned. It must not block and must not call the store. Events may
 * get lost on the way or come twice: their versions tell.
 */
public interface ChangeFeed {

  /**
   * Starts to bring the channel's changes to {@code listener}, until the returned handle is closed.
   *
   * @throws io.voicepresence.error.RequestException {@code unavailable} when the feed is out of
   *     reach
   */
  Following follow(ChannelId channel, Listener listener);

  /**
   * Whether changes come through now. False while the feed's own probes do not come back: a feed
   * can starve in silence while all its connections look healthy.
   */
  boolean healthy();

  /** Hears a channel's changes. */
  interface Listener {

    /**
     * The channel changed.
     *
     * @param previous the version that the channel had before; 0 when none was stored
     */
    void onChange(PresenceEvent event, long previous);

    /** Something may have been missed: compare with the store. From any thread. */
    void onDoubt();
  }

  /** Ends what {@link #follow} began. */
  interface Following extends AutoCloseable {
    @Override
    void close();
  }
}
