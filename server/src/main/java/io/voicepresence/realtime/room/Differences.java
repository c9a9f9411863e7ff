package io.voicepresence.realtime.room;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What happened to a channel between a replica and a snapshot, as far as that can still be told.
 * The order depends on the two alone, so that nodes with the same replica tell the same.
 *
 * @param missing who is in the replica alone, by id
 * @param replaced who is in another stay now, as the replica has them, by id
 * @param arrived who is new, or in another stay, in the order of joining
 * @param changed who is in the same stay with other flags or another profile, by id
 */
record Differences(
    ChannelId channel,
    List<VoicePresenceUser> missing,
    List<VoicePresenceUser> replaced,
    List<VoicePresenceUser> arrived,
    List<Changed> changed) {
  private static final Comparator<VoicePresenceUser> BY_ID =
      Comparator.comparing(VoicePresenceUser::id);

  /** A user before and after. */
  record Changed(VoicePresenceUser from, VoicePresenceUser to) {}

  static Differences between(Collection<VoicePresenceUser> replica, ChannelSnapshot snapshot) {
    Map<UserId, VoicePresenceUser> now =
        snapshot.users().stream()
            .collect(Collectors.toMap(VoicePresenceUser::id, Function.identity()));
    Map<UserId, VoicePresenceUser> before =
        replica.stream().collect(Collectors.toMap(VoicePresenceUser::id, Function.identity()));
    List<VoicePresenceUser> missing = new ArrayList<>();
    List<VoicePresenceUser> replaced = new ArrayList<>();
    List<Changed> changed = new ArrayList<>();
    replica.stream()
        .sorted(BY_ID)
        .forEach(
            user -> {
              VoicePresenceUser other = now.get(user.id());
              if (other == null) {
                missing.add(user);
              } else if (!sameStay(user, other)) {
                replaced.add(user);
              } else if (!user.equals(other)) {
                changed.add(new Changed(user, other));
              }
            });
    List<VoicePresenceUser> arrived =
        snapshot.users().stream()
            .filter(
                user -> !before.containsKey(user.id()) || !sameStay(before.get(user.id()), user))
            .sorted(VoicePresenceUser.BY_JOIN_TIME)
            .toList();
    return new Differences(snapshot.channelId(), missing, replaced, arrived, changed);
  }

  static boolean sameStay(VoicePresenceUser one, VoicePresenceUser other) {
    return one.joinedAt().equals(other.joinedAt());
  }

  /** The update that leads from one state to the other; names no flag where they are the same. */
  static VoiceStateUpdate update(VoiceState from, VoiceState to) {
    int named = from.bits() ^ to.bits();
    return new VoiceStateUpdate(named, to.bits() & named);
  }

  int count() {
    return missing.size() + replaced.size() + arrived.size() + changed.size();
  }

  /**
   * As ordinary events: first the departures, so that nobody is ever there twice.
   *
   * <p>Of a departure nobody can say any more what ended it, so its reason is {@link
   * LeaveReason#LEFT}. Where only the profile changed, the update names no flag.
   *
   * @param first the first event's version; the others count on from there
   */
  List<PresenceEvent> events(long first) {
    List<PresenceEvent> events = new ArrayList<>(count());
    for (List<VoicePresenceUser> departed : List.of(missing, replaced)) {
      for (VoicePresenceUser user : departed) {
        events.add(
            new PresenceEvent.UserLeft(channel, user, first + events.size(), LeaveReason.LEFT));
      }
    }
    for (VoicePresenceUser user : arrived) {
      events.add(new PresenceEvent.UserJoined(channel, user, first + events.size()));
    }
    for (Changed change : changed) {
      events.add(
          new PresenceEvent.UserUpdated(
              channel,
              change.to(),
              update(change.from().state(), change.to().state()),
              first + events.size()));
    }
    return events;
  }
}
