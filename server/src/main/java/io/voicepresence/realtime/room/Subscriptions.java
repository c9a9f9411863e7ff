package io.voicepresence.realtime.room;

import io.netty.channel.EventLoop;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.RequestException;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels that one subscriber watches. Used by one thread at a time: the subscriber's commands
 * come in order.
 */
public final class Subscriptions {
  private static final Comparator<Room> BY_CHANNEL = Comparator.comparing(room -> room.channel);

  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private final Rooms rooms;
  private final Subscriber subscriber;

  /** A {@link SmallMap}: most sockets watch one channel. */
  private Map<ChannelId, Room> watched = Map.of();

  public Subscriptions(Rooms rooms, Subscriber subscriber) {
    this.rooms = rooms;
    this.subscriber = subscriber;
  }

  public Set<ChannelId> channels() {
    return Set.copyOf(watched.keySet());
  }

  public boolean contains(ChannelId channel) {
    return watched.containsKey(channel);
  }

  public int size() {
    return watched.size();
  }

  /**
   * Watches channels and answers with what they show now: the answer and the events after it add
   * up, with no event missing and none twice. A channel that is watched already is shown again.
   *
   * <p>May block while a channel is read that nobody here watched before.
   *
   * @param answer makes the answer out of the views, in the order of {@code channels}; called in
   *     the subscriber's event loop
   */
  public void add(List<ChannelId> channels, Function<List<RoomView>, OutboundFrame> answer) {
    List<Room> wanted = channels.stream().map(this::enter).toList();
    List<Room> locked = inOrder(wanted);
    locked.forEach(room -> room.lock.lock());
    try {
      show(wanted, answer);
    } finally {
      locked.forEach(room -> room.lock.unlock());
    }
  }

  /**
   * As {@link #add}, where that takes no waiting, neither for a store nor for a lock.
   *
   * @return false where it does; then {@code add} may be called for the same channels
   */
  public boolean tryAdd(List<ChannelId> channels, Function<List<RoomView>, OutboundFrame> answer) {
    List<Room> wanted = new ArrayList<>(channels.size());
    for (ChannelId channel : channels) {
      Optional<Room> room = tryEnter(channel);
      if (room.isEmpty()) {
        return false;
      }
      wanted.add(room.get());
    }
    List<Room> locked = new ArrayList<>(wanted.size());
    try {
      for (Room room : inOrder(wanted)) {
        if (!room.lock.tryLock()) {
          return false;
        }
        locked.add(room);
      }
      show(wanted, answer);
      return true;
    } finally {
      locked.forEach(room -> room.lock.unlock());
    }
  }

  /**
   * The rooms as they are to be locked: all at once, so that no event of the first channel goes out
   * before the answer that shows the last; in one order, so that two subscribers never wait for
   * each other.
   */
  private static List<Room> inOrder(List<Room> rooms) {
    return rooms.size() == 1 ? rooms : rooms.stream().sorted(BY_CHANNEL).toList();
  }

  /** Holding the locks of all the rooms. */
  private void show(List<Room> rooms, Function<List<RoomView>, OutboundFrame> answer) {
    EventLoop loop = subscriber.eventLoop();
    List<RoomView> views = new ArrayList<>(rooms.size());
    List<Shard> shards = new ArrayList<>(rooms.size());
    for (Room room : rooms) {
      views.add(room.view());
      shards.add(room.shard(loop));
    }
    run(
        loop,
        () -> {
          shards.forEach(shard -> shard.add(subscriber));
          send(answer.apply(views));
        });
  }

  /**
   * As the other {@code add}, for one channel, which is shown at {@code version} or later: what its
   * author was just told must be in what the author is shown.
   *
   * @throws RequestException {@code unavailable} when this node does not hear of that version
   */
  public void add(ChannelId channel, long version, Function<RoomView, OutboundFrame> answer) {
    enter(channel).await(version);
    add(List.of(channel), views -> answer.apply(views.getFirst()));
  }

  /**
   * Watches channels no longer, and answers after the last event of them.
   *
   * @param answer makes the answer; called in the subscriber's event loop
   */
  public void remove(Collection<ChannelId> channels, Supplier<OutboundFrame> answer) {
    List<Room> left = new ArrayList<>(channels.size());
    for (ChannelId channel : channels) {
      Room room = unwatch(channel);
      if (room != null) {
        left.add(room);
      }
    }
    EventLoop loop = subscriber.eventLoop();
    List<Shard> shards = new ArrayList<>(left.size());
    for (Room room : left) {
      room.lock.lock();
      try {
        shards.add(room.shard(loop));
      } finally {
        room.lock.unlock();
      }
    }
    run(
        loop,
        () -> {
          shards.forEach(shard -> shard.remove(subscriber));
          send(answer.get());
        });
    left.forEach(rooms::leave);
  }

  /** Watches nothing any more. */
  public void clear() {
    if (!watched.isEmpty()) {
      remove(channels(), OutboundFrame::empty);
    }
  }

  /**
   * A room that was entered stays entered, also where the next one fails: {@link #clear} leaves it.
   */
  private Room enter(ChannelId channel) {
    Room room = watched.get(channel);
    if (room == null) {
      room = rooms.enter(channel);
      watch(room);
    }
    return room;
  }

  /** All subscribers share the room's id as their key. */
  private void watch(Room room) {
    watched = SmallMap.with(watched, room.channel, room);
  }

  private Room unwatch(ChannelId channel) {
    Room room = watched.get(channel);
    watched = SmallMap.without(watched, channel);
    return room;
  }

  private Optional<Room> tryEnter(ChannelId channel) {
    Room room = watched.get(channel);
    if (room != null) {
      return Optional.of(room);
    }
    Optional<Room> entered = rooms.tryEnter(channel);
    entered.ifPresent(this::watch);
    return entered;
  }

  private void send(OutboundFrame frame) {
    try {
      subscriber.send(frame);
    } finally {
      frame.release();
    }
  }

  /** Who cannot be answered is not left waiting: see {@link Subscriber#fail}. */
  private void run(EventLoop loop, Runnable step) {
    try {
      loop.execute(
          () -> {
            try {
              step.run();
            } catch (Throwable broken) {
              log.error("Failed to answer a subscriber", broken);
              subscriber.fail();
            }
          });
    } catch (RejectedExecutionException stopping) {
      // The loop is gone, and with it every subscriber that it served.
    }
  }
}
