package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.ArrayList;

/**
 * A room's subscribers on one event loop, which alone touches this object: no lock is taken for a
 * subscriber.
 *
 * <p>Frames that come in one turn of the loop are joined and go out at its end, in one send for
 * each subscriber: with eight events under way that costs a quarter of eight sends.
 */
final class Shard {
  private final EventLoop loop;
  private final ArrayList<Subscriber> subscribers = new ArrayList<>();
  private final ArrayList<OutboundFrame> pending = new ArrayList<>();

  Shard(EventLoop loop) {
    this.loop = loop;
  }

  /** Takes over one reference to the frame. */
  void offer(OutboundFrame frame) {
    pending.add(frame);
    if (pending.size() == 1) {
      atEndOfTurn(this::flush);
    }
  }

  /**
   * Adds a subscriber that is to get all frames offered from now on, and none of those before: they
   * are part of the snapshot that it is shown.
   */
  void add(Subscriber subscriber) {
    flush();
    if (!subscribers.contains(subscriber)) {
      subscribers.add(subscriber);
    }
  }

  void remove(Subscriber subscriber) {
    flush();
    int index = subscribers.indexOf(subscriber);
    if (index >= 0) {
      // Their order means nothing, so the last one takes the free place.
      Subscriber last = subscribers.removeLast();
      if (index < subscribers.size()) {
        subscribers.set(index, last);
      }
    }
  }

  private void flush() {
    if (pending.isEmpty()) {
      return;
    }
    OutboundFrame frames = OutboundFrame.join(pending);
    try {
      for (int i = 0, count = subscribers.size(); i < count; i++) {
        subscribers.get(i).send(frames);
      }
    } finally {
      frames.release();
      pending.forEach(OutboundFrame::release);
      pending.clear();
    }
  }

  private void atEndOfTurn(Runnable task) {
    if (loop instanceof SingleThreadIoEventLoop turning) {
      turning.executeAfterEventLoopIteration(task);
    } else {
      // After the tasks that are queued now.
      loop.execute(task);
    }
  }
}
