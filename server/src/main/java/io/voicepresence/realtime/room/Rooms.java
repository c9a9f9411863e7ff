package io.voicepresence.realtime.room;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All rooms of this node. A room is there as long as it has a subscriber. */
public final class Rooms implements AutoCloseable {
  private final ConcurrentHashMap<ChannelId, Room> rooms = new ConcurrentHashMap<>();
  private final PresenceStore store;
  private final ChangeFeed feed;
  private final EventEncoder encoder;
  private final Repairs repairs;
  private final Audit audit;

  public Rooms(PresenceStore store, ChangeFeed feed, EventEncoder encoder) {
    this(store, feed, encoder, RepairSettings.DEFAULTS, Sleeper.REAL);
  }

  public Rooms(
      PresenceStore store,
      ChangeFeed feed,
      EventEncoder encoder,
      RepairSettings settings,
      Sleeper sleeper) {
    this.store = store;
    this.feed = feed;
    this.encoder = encoder;
    this.repairs = new Repairs(store, settings.settle(), sleeper);
    this.audit = new Audit(store, rooms::values, settings, sleeper);
  }

  /** Begins to compare the rooms with the store from time to time. */
  public void start() {
    audit.start();
  }

  /** Ends that, and repairs under way. */
  @Override
  public void close() {
    audit.close();
    repairs.close();
  }

  /** How many channels are watched here. */
  public int count() {
    return rooms.size();
  }

  /** The user as this node's watchers of the channel were shown it last. Does not block. */
  public Optional<VoicePresenceUser> lastSeen(ChannelId channel, UserId user) {
    return Optional.ofNullable(rooms.get(channel)).flatMap(room -> room.user(user));
  }

  /** How many times a replica was compared with the store, because it might have missed events. */
  public long repairs() {
    return repairs.repaired();
  }

  /** How many differences that brought to light, each told as an event. */
  public long corrections() {
    return repairs.corrected();
  }

  /** How many times a replica waited for other nodes to re-assert users that the store lost. */
  public long settles() {
    return repairs.settled();
  }

  /** How many replicas were found by the audit alone to have missed something. */
  public long auditFindings() {
    return audit.found();
  }

  /** One part of the audit's round, for tests that do not wait. */
  void auditTick() {
    audit.tick();
  }

  /** The channel's room, with one more subscription. May block. */
  Room enter(ChannelId channel) {
    while (true) {
      Room room = rooms.computeIfAbsent(channel, id -> new Room(id, encoder, repairs::start));
      boolean entered = false;
      try {
        entered = room.enter(store, feed);
      } finally {
        if (!entered) {
          rooms.remove(channel, room);
        }
      }
      if (entered) {
        return room;
      }
    }
  }

  /** As {@link #enter}, for a room that is open already; empty where it takes waiting. */
  Optional<Room> tryEnter(ChannelId channel) {
    return Optional.ofNullable(rooms.get(channel)).filter(Room::tryEnter);
  }

  void leave(Room room) {
    if (room.leave()) {
      rooms.remove(room.channel, room);
    }
  }
}
