package io.voicepresence.realtime.room;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * This node's copy of a channel that somebody here watches: a snapshot, and the events since. Each
 * user is kept as JSON too, so that a snapshot for a new subscriber costs a copy and not an
 * encoding.
 *
 * <p>Knows nothing of threads: the room's lock guards it.
 */
final class ChannelReplica {
  private final ChannelId channel;
  private final Map<UserId, VoicePresenceUser> users = new HashMap<>();
  private final TreeMap<VoicePresenceUser, byte[]> byJoinTime =
      new TreeMap<>(VoicePresenceUser.BY_JOIN_TIME);
  private long version;

  ChannelReplica(ChannelSnapshot snapshot) {
    channel = snapshot.channelId();
    version = snapshot.version();
    snapshot.users().forEach(user -> put(user, PresenceJson.user(user)));
  }

  long version() {
    return version;
  }

  /** Nothing changed that anybody can see but the number. */
  void advance(long to) {
    version = Math.max(version, to);
  }

  Collection<VoicePresenceUser> users() {
    return users.values();
  }

  Optional<VoicePresenceUser> user(UserId id) {
    return Optional.ofNullable(users.get(id));
  }

  /** Whether somebody joins anew of whom no departure was told: the store lost that one. */
  boolean missesADeparture(PresenceEvent event) {
    VoicePresenceUser known = users.get(event.user().id());
    return event instanceof PresenceEvent.UserJoined
        && known != null
        && !Differences.sameStay(known, event.user());
  }

  /**
   * What of an event is news to those who were shown this copy. A node that vouches for somebody
   * whom the store lost makes a {@code joined} of it, and here that user never went: then it is
   * nothing, or at most an update. And who was never shown, or was told of as gone after a fault,
   * does not leave once more.
   */
  Optional<PresenceEvent> news(PresenceEvent event) {
    if (event instanceof PresenceEvent.UserJoined(var _, VoicePresenceUser user, long at)) {
      VoicePresenceUser known = users.get(user.id());
      if (known != null && Differences.sameStay(known, user)) {
        return known.equals(user)
            ? Optional.empty()
            : Optional.of(
                new PresenceEvent.UserUpdated(
                    channel, user, Differences.update(known.state(), user.state()), at));
      }
    }
    boolean leftBefore =
        event instanceof PresenceEvent.UserLeft left && !users.containsKey(left.user().id());
    return leftBefore ? Optional.empty() : Optional.of(event);
  }

  /**
   * Takes over one event.
   *
   * @return the event's user as JSON, to be broadcast
   */
  byte[] apply(PresenceEvent event) {
    VoicePresenceUser user = event.user();
    byte[] json = PresenceJson.user(user);
    switch (event) {
      case PresenceEvent.UserJoined _, PresenceEvent.UserUpdated _ -> put(user, json);
      case PresenceEvent.UserLeft _ -> remove(user.id());
    }
    version = event.version();
    return json;
  }

  RoomView view() {
    return new RoomView(channel, version, new ArrayList<>(byJoinTime.values()));
  }

  private void put(VoicePresenceUser user, byte[] json) {
    remove(user.id());
    users.put(user.id(), user);
    byJoinTime.put(user, json);
  }

  private void remove(UserId id) {
    VoicePresenceUser old = users.remove(id);
    if (old != null) {
      byJoinTime.remove(old);
    }
  }
}
