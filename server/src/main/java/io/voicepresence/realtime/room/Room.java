package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that somebody on this node watches: its replica, and its subscribers split by event
 * loop.
 *
 * <p>The lock orders things: under it an event is applied and handed to the loops, and under it a
 * subscriber's view is taken and its adding handed to its loop. So the loop sees the adding after
 * all events that the view shows and before all others.
 */
final class Room implements ChangeFeed.Listener {
  private static final Logger log = LoggerFactory.getLogger(Room.class);

  final ChannelId channel;
  final ReentrantLock lock = new ReentrantLock();
  private final EventEncoder encoder;
  private final Map<EventLoop, Shard> shards = new HashMap<>(4);

  /** Held while the snapshot is read, which may block; the feed goes on meanwhile. */
  private final ReentrantLock opening = new ReentrantLock();

  private Optional<ChannelReplica> replica = Optional.empty();
  private final List<PresenceEvent> early = new ArrayList<>();
  private ChangeFeed.Following following = () -> {};
  private int subscriptions;
  private boolean closed;

  Room(ChannelId channel, EventEncoder encoder) {
    this.channel = channel;
    this.encoder = encoder;
  }

  /**
   * Counts one more subscription, and starts the replica with the first.
   *
   * @return false when this room was closed meanwhile and another one takes its place
   * @throws RuntimeException of the store; the room is closed then
   */
  boolean enter(PresenceStore store, ChangeFeed feed) {
    opening.lock();
    try {
      if (closed) {
        return false;
      }
      if (replica.isEmpty()) {
        open(store, feed);
      }
      subscriptions++;
      return true;
    } finally {
      opening.unlock();
    }
  }

  /**
   * Counts one subscription less.
   *
   * @return true when it was the last one and the room is closed now
   */
  boolean leave() {
    opening.lock();
    try {
      if (--subscriptions > 0) {
        return false;
      }
      closed = true;
      following.close();
      return true;
    } finally {
      opening.unlock();
    }
  }

  /** The channel as it is now. Holding the lock. */
  RoomView view() {
    return replica.orElseThrow().view();
  }

  /** The subscribers of one loop. Holding the lock. */
  Shard shard(EventLoop loop) {
    return shards.computeIfAbsent(loop, Shard::new);
  }

  @Override
  public void onChange(PresenceEvent event, long previous) {
    lock.lock();
    try {
      if (replica.isEmpty()) {
        early.add(event);
      } else {
        broadcast(event);
      }
    } catch (Throwable broken) {
      // Out of memory too. The store's step is done: a fault here must not reach the command that
      // made
      // it, and nobody may go on with a gap.
      log.error("Failed to broadcast a change of channel {}", channel, broken);
      shards.forEach((loop, shard) -> execute(loop, shard::fail, () -> {}));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onDoubt() {}

  /** Subscribes first and reads the snapshot then, so that nothing can fall between the two. */
  private void open(PresenceStore store, ChangeFeed feed) {
    following = feed.follow(channel, this);
    try {
      ChannelSnapshot snapshot = store.snapshot(channel);
      lock.lock();
      try {
        replica = Optional.of(new ChannelReplica(snapshot));
        early.forEach(this::broadcast);
        early.clear();
      } finally {
        lock.unlock();
      }
    } catch (RuntimeException unavailable) {
      following.close();
      closed = true;
      throw unavailable;
    }
  }

  private void broadcast(PresenceEvent event) {
    Optional<byte[]> user = replica.orElseThrow().apply(event);
    if (user.isEmpty() || shards.isEmpty()) {
      return;
    }
    OutboundFrame frame = encoder.encode(event, user.get());
    try {
      shards.forEach(
          (loop, shard) -> {
            frame.retain();
            execute(loop, () -> shard.offer(frame), frame::release);
          });
    } finally {
      frame.release();
    }
  }

  private static void execute(EventLoop loop, Runnable step, Runnable refused) {
    try {
      loop.execute(step);
    } catch (RejectedExecutionException stopping) {
      refused.run();
    }
  }
}
