package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room's subscribers on one event loop, which alone touches this object: no lock is taken for a
 * subscriber.
 *
 * <p>Frames that come in one turn of the loop are joined and go out at its end, in one send for
 * each subscriber: with eight events under way that costs a quarter of eight sends.
 */
final class Shard {
  private static final Logger log = LoggerFactory.getLogger(Shard.class);

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

  /** An event could not be made into a frame: see {@link Subscriber#fail}. */
  void fail() {
    subscribers.forEach(Subscriber::fail);
  }

  private void flush() {
    if (pending.isEmpty()) {
      return;
    }
    try {
      OutboundFrame frames = OutboundFrame.join(pending);
      try {
        for (int i = 0, count = subscribers.size(); i < count; i++) {
          send(subscribers.get(i), frames);
        }
      } finally {
        frames.release();
      }
    } catch (Throwable noMemory) {
      log.error("Failed to join {} frames", pending.size(), noMemory);
      fail();
    } finally {
      pending.forEach(OutboundFrame::release);
      pending.clear();
    }
  }

  /** One subscriber's fault is not to be the others'. */
  private static void send(Subscriber subscriber, OutboundFrame frames) {
    try {
      subscriber.send(frames);
    } catch (Throwable broken) {
      log.error("Failed to send to a subscriber", broken);
      subscriber.fail();
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
