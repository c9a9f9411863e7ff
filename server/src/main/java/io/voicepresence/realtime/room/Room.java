package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  /** A thousand times what a message takes. */
  private static final Duration FEED_PATIENCE = Duration.ofMillis(500);

  /** A repair after a loss of data waits 3 s for other nodes. */
  private static final Duration REPAIR_PATIENCE = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Room.class);

  final ChannelId channel;
  final ReentrantLock lock = new ReentrantLock();
  private final Fanout fanout;
  private final FollowedReplica replica;

  /** Held while the snapshot is read, which may block; the feed goes on meanwhile. */
  private final ReentrantLock opening = new ReentrantLock();

  private ChangeFeed.Following following = () -> {};

  /** Signalled, under the lock, when the replica has gone on. */
  private final Condition advanced = lock.newCondition();

  /** Why it could not be opened. Under the opening's lock. */
  private Optional<RuntimeException> failure = Optional.empty();

  private int subscriptions;
  private volatile boolean closed;

  /**
   * @param repair starts a repair of the room that it is given; called under the lock
   */
  Room(ChannelId channel, EventEncoder encoder, Consumer<Room> repair) {
    this.channel = channel;
    this.fanout = new Fanout(encoder);
    this.replica = new FollowedReplica(fanout, () -> repair.accept(this));
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
      if (failure.isPresent()) {
        // Who waited for the first one's time-out is not to wait for one more, each after the
        // other.
        throw failure.get();
      }
      if (closed) {
        return false;
      }
      if (subscriptions == 0) {
        open(store, feed);
      }
      subscriptions++;
      return true;
    } finally {
      opening.unlock();
    }
  }

  /**
   * As {@link #enter} where that takes no waiting.
   *
   * @return false where it does, and nothing was counted
   */
  boolean tryEnter() {
    if (!opening.tryLock()) {
      return false;
    }
    try {
      if (subscriptions == 0 || closed) {
        return false;
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

  /** Whether the last subscriber has gone: nothing is to be done for it any more. */
  boolean closed() {
    return closed;
  }

  /**
   * Waits until the room shows that version. The feed brings it in a moment; where it does not, the
   * store is asked.
   *
   * @throws RequestException {@code unavailable} when even that does not bring it
   */
  void await(long version) {
    lock.lock();
    try {
      if (!isBelow(version, FEED_PATIENCE)) {
        return;
      }
      replica.doubt();
      if (isBelow(version, REPAIR_PATIENCE)) {
        throw new RequestException(
            ErrorCode.UNAVAILABLE, "The channel's events do not come through: try again");
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new RequestException(ErrorCode.UNAVAILABLE, "The server is stopping: try again");
    } finally {
      lock.unlock();
    }
  }

  private boolean isBelow(long version, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    while (replica.opened().orElseThrow().version() < version && left > 0) {
      left = advanced.awaitNanos(left);
    }
    return replica.opened().orElseThrow().version() < version;
  }

  /** The channel as it is now. Holding the lock. */
  RoomView view() {
    return replica.opened().orElseThrow().view();
  }

  /** The subscribers of one loop. Holding the lock. */
  Shard shard(EventLoop loop) {
    return fanout.shard(loop);
  }

  /** The user as watchers here were shown it. */
  Optional<VoicePresenceUser> user(UserId id) {
    return locked(() -> replica.opened().flatMap(copy -> copy.user(id)));
  }

  /** The version that watchers here were shown; empty while a repair is about to change it. */
  OptionalLong version() {
    return locked(
        () ->
            replica.repairing() || replica.opened().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(replica.opened().get().version()));
  }

  /** Whether watchers here were shown somebody in the channel. */
  boolean hasUsers() {
    return locked(() -> replica.opened().map(copy -> !copy.users().isEmpty()).orElse(false));
  }

  @Override
  public void onChange(PresenceEvent event, long previous) {
    lock.lock();
    try {
      replica.change(event, previous);
      advanced.signalAll();
    } catch (Throwable broken) {
      // Out of memory too. The store's step is done: a fault here must not reach the command that
      // made it, and nobody may go on with a gap.
      fail(broken);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onDoubt() {
    lock.lock();
    try {
      if (!closed) {
        replica.doubt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A snapshot is about to be read for {@link #look}. */
  void beginLook() {
    lock.lock();
    try {
      replica.beginLook();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link FollowedReplica#look}. */
  Look look(ChannelSnapshot snapshot, OptionalLong settled, boolean patient) {
    return locked(
        () -> {
          try {
            Look look = replica.look(snapshot, settled, patient);
            advanced.signalAll();
            return look;
          } catch (Throwable broken) {
            fail(broken);
            return new Look.Again(false);
          }
        });
  }

  /** Subscribes first and reads the snapshot then, so that nothing can fall between the two. */
  private void open(PresenceStore store, ChangeFeed feed) {
    try {
      following = feed.follow(channel, this);
      ChannelSnapshot snapshot = store.snapshot(channel);
      lock.lock();
      try {
        replica.open(snapshot);
      } finally {
        lock.unlock();
      }
    } catch (RuntimeException unavailable) {
      failure = Optional.of(unavailable);
      closed = true;
      following.close();
      throw unavailable;
    }
  }

  /** Holding the lock. */
  private void fail(Throwable broken) {
    log.error("Failed to broadcast a change of channel {}", channel, broken);
    fanout.fail();
  }

  private <T> T locked(Supplier<T> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }
}
