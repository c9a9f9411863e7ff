package io.voicepresence.presence.memory;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One channel's members and version. Its monitor is the channel's lock: every method below is
 * called while holding it, which is what makes a transition atomic and its events ordered.
 */
final class MemoryChannel {
  static final long NOT_INDEXED = Long.MAX_VALUE;

  final ChannelId id;
  final Map<UserId, Member> members = new HashMap<>();

  /** The deadline under which the channel stands in the index of due channels. */
  long indexedAt = NOT_INDEXED;

  /** When the last user left, in ticks. */
  long emptySince;

  /** Set when the store has dropped this object: who still holds it looks the channel up again. */
  boolean dropped;

  private long version;

  /** The version before the last change. */
  private long previous;

  private long firstVersion;
  private Optional<ChannelSnapshot> snapshot = Optional.empty();

  MemoryChannel(ChannelId id) {
    this.id = id;
  }

  long version() {
    return version;
  }

  /**
   * Counts one change.
   *
   * @param start where a channel without a version begins
   * @return the version after the change
   */
  long raiseVersion(long start) {
    previous = version;
    version = version == 0 ? start : version + 1;
    firstVersion = previous == 0 ? version : firstVersion;
    snapshot = Optional.empty();
    return version;
  }

  long previousVersion() {
    return previous;
  }

  ChannelSnapshot snapshot() {
    if (snapshot.isEmpty()) {
      List<VoicePresenceUser> users =
          members.values().stream()
              .map(member -> member.user)
              .sorted(VoicePresenceUser.BY_JOIN_TIME)
              .toList();
      snapshot = Optional.of(new ChannelSnapshot(id, version, users, firstVersion));
    }
    return snapshot.get();
  }

  /** The member of that stay, unless it is over. */
  Optional<Member> memberOf(Stay stay) {
    return Optional.ofNullable(members.get(stay.user()))
        .filter(member -> member.user.joinedAt().equals(stay.joinedAt()));
  }

  /** The earliest deadline of any member, or {@link #NOT_INDEXED} when nobody is in. */
  long earliestDeadline() {
    long earliest = NOT_INDEXED;
    for (Member member : members.values()) {
      earliest = Math.min(earliest, member.deadline());
    }
    return earliest;
  }
}
