package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One channel of the model. */
final class ModelChannel {
  /** How long a channel that was just entered in an index may wait for the first look. */
  private static final long FIRST_LOOK = 10_000;

  /** When a presence ends, in milliseconds, and whether it was a socket that set it. */
  record Deadline(long at, boolean bySocket) {}

  final ChannelId id;
  final Map<UserId, VoicePresenceUser> present = new TreeMap<>();

  /**
   * Of those who were announced. Another backend lets users in who have none, and takes users out
   * whose deadline stays.
   */
  final Map<UserId, Deadline> deadlines = new TreeMap<>();

  /** When the last stay began that ended by a word. */
  final Map<UserId, Instant> left = new TreeMap<>();

  long version;
  long since;

  /** Whether it is certain that no change was lost since the last one. */
  boolean intact = true;

  /** From when on a sweep surely finds who is over here. */
  long sweptFrom = Long.MAX_VALUE;

  ModelChannel(ChannelId id) {
    this.id = id;
  }

  ModelChannel copy() {
    ModelChannel copy = new ModelChannel(id);
    copy.present.putAll(present);
    copy.deadlines.putAll(deadlines);
    copy.left.putAll(left);
    copy.version = version;
    copy.since = since;
    copy.intact = intact;
    copy.sweptFrom = sweptFrom;
    return copy;
  }

  /** Counts a change. A number that may have been given out already is not given out again. */
  void raise(long now) {
    if (version > 0 && intact) {
      version++;
    } else {
      version = Math.max(now, version + 1);
      since = version;
      intact = true;
    }
  }

  /** Sees to it that sweeps know the channel. */
  void index(long now) {
    sweptFrom = Math.min(sweptFrom, now + FIRST_LOOK);
  }

  boolean hasLeft(Stay stay) {
    return left.containsKey(stay.user()) && !left.get(stay.user()).isBefore(stay.joinedAt());
  }

  long deadlineOf(UserId user) {
    return deadlines.containsKey(user) ? deadlines.get(user).at() : Long.MIN_VALUE;
  }

  /** Whose time has passed. */
  List<UserId> over(long now) {
    return deadlines.keySet().stream().filter(user -> deadlines.get(user).at() <= now).toList();
  }

  @Override
  public String toString() {
    return "%s version %d since %d%s swept from %s%n      present %s%n      deadlines %s%n      left %s"
        .formatted(
            id,
            version,
            since,
            intact ? "" : " (not intact)",
            sweptFrom == Long.MAX_VALUE ? "-" : sweptFrom,
            present.values(),
            deadlines,
            left);
  }
}
