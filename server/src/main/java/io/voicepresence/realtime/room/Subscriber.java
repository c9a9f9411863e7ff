package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.voicepresence.realtime.engineio.Broadcast;
import io.voicepresence.realtime.engineio.OutboundFrame;

/** One who gets a room's events. */
public interface Subscriber {

  /** The one event loop that sends to this subscriber; never another. */
  EventLoop eventLoop();

  /** Sends at once. Called in {@link #eventLoop} only; the frame stays the caller's to release. */
  void send(OutboundFrame frame);

  /**
   * Sends a broadcast's frame to this subscriber too: with the others, or at once. Called in {@link
   * #eventLoop} only.
   */
  default void send(Broadcast broadcast) {
    send(broadcast.frame());
  }

  /**
   * Something that was due to this subscriber could not be delivered: it is disconnected, so that
   * it comes back for a snapshot instead of going on with a gap. From any thread.
   */
  void fail();
}
