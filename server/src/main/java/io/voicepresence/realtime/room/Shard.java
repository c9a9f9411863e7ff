package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.voicepresence.realtime.engineio.Broadcast;
import io.voicepresence.realtime.engineio.EndOfTurn;
import io.voicepresence.realtime.engineio.FrameTurn;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room's subscribers on one event loop, which alone touches this object: no lock is taken for a
 * subscriber.
 *
 * <p>Frames that come in one turn of the loop are joined and go out at its end, in one send for
 * each subscriber: with eight events under way that costs a quarter of eight sends. Who comes, goes
 * or is shown the channel amid a turn gets what is due to it so far at once, and the others wait
 * on: a thousand joins within a second are not a thousand sends to each.
 */
final class Shard {
  private static final Logger log = LoggerFactory.getLogger(Shard.class);

  private final EventLoop loop;
  private final ArrayList<Subscriber> subscribers = new ArrayList<>();
  private final FrameTurn turn = new FrameTurn();

  /** Who has had the turn's first frames, or is to have none of them; and how many those are. */
  private final IdentityHashMap<Subscriber, Integer> ahead = new IdentityHashMap<>(0);

  Shard(EventLoop loop) {
    this.loop = loop;
  }

  /** Takes over one reference to the frame. */
  void offer(OutboundFrame frame) {
    try {
      turn.add(frame);
      if (turn.count() == 1) {
        EndOfTurn.run(loop, this::flush);
      }
    } catch (Throwable noMemory) {
      log.error("Failed to keep a frame for the end of the turn", noMemory);
      fail();
    }
  }

  /**
   * Adds a subscriber that is to get all frames offered from now on, and none of those before: they
   * are part of the snapshot that it is shown. One that is here already has them before that.
   */
  void add(Subscriber subscriber) {
    if (subscribers.contains(subscriber)) {
      catchUp(subscriber);
    } else {
      subscribers.add(subscriber);
    }
    if (turn.count() > 0) {
      ahead.put(subscriber, turn.count());
    }
  }

  /** After all frames offered up to now. */
  void remove(Subscriber subscriber) {
    int index = subscribers.indexOf(subscriber);
    if (index >= 0) {
      catchUp(subscriber);
      ahead.remove(subscriber);
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
    try {
      sendTurn();
    } catch (Throwable noMemory) {
      log.error("Failed to send the {} frames of a turn", turn.count(), noMemory);
      fail();
    } finally {
      turn.clear();
      ahead.clear();
    }
  }

  private void sendTurn() {
    OutboundFrame frames = turn.since(0);
    try {
      Broadcast broadcast = new Broadcast(frames);
      for (int i = 0, count = subscribers.size(); i < count; i++) {
        Subscriber subscriber = subscribers.get(i);
        if (ahead.isEmpty() || !ahead.containsKey(subscriber)) {
          send(subscriber, broadcast);
        }
      }
      broadcast.finish();
    } finally {
      frames.release();
    }
    ahead.keySet().forEach(this::catchUp);
  }

  /** One subscriber's fault is not to be the others'. */
  private static void send(Subscriber subscriber, Broadcast broadcast) {
    try {
      subscriber.send(broadcast);
    } catch (Throwable broken) {
      fail(subscriber, broken);
    }
  }

  /** Sends what one subscriber has yet to get of this turn. */
  private void catchUp(Subscriber subscriber) {
    try {
      OutboundFrame rest = turn.since(ahead.getOrDefault(subscriber, 0));
      try {
        if (!rest.isEmpty()) {
          subscriber.send(rest);
        }
      } finally {
        rest.release();
      }
    } catch (Throwable broken) {
      fail(subscriber, broken);
    }
  }

  private static void fail(Subscriber subscriber, Throwable broken) {
    log.error("Failed to send to a subscriber", broken);
    subscriber.fail();
  }
}
