package io.voicepresence.realtime.room;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceStore;
import java.util.concurrent.ConcurrentHashMap;

/** All rooms of this node. A room is there as long as it has a subscriber. */
public final class Rooms {
  private final ConcurrentHashMap<ChannelId, Room> rooms = new ConcurrentHashMap<>();
  private final PresenceStore store;
  private final ChangeFeed feed;
  private final EventEncoder encoder;

  public Rooms(PresenceStore store, ChangeFeed feed, EventEncoder encoder) {
    this.store = store;
    this.feed = feed;
    this.encoder = encoder;
  }

  /** How many channels are watched here. */
  public int count() {
    return rooms.size();
  }

  /** The channel's room, with one more subscription. May block. */
  Room enter(ChannelId channel) {
    while (true) {
      Room room = rooms.computeIfAbsent(channel, id -> new Room(id, encoder));
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

  void leave(Room room) {
    if (room.leave()) {
      rooms.remove(room.channel, room);
    }
  }
}
