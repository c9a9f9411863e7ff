package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be seen of a store after a step.
 *
 * @param outcome of the step itself
 * @param told by the feed
 * @param snapshots of the channels in question
 * @param channelsOf the users in question
 */
record Observation(
    Object outcome,
    List<Told> told,
    List<ChannelSnapshot> snapshots,
    List<Long> versions,
    Map<UserId, Set<ChannelId>> channelsOf) {

  /** Looks into a store, a model being one too. */
  static Observation of(Object outcome, List<Told> told, Scope scope, PresenceStore store) {
    List<ChannelSnapshot> snapshots = scope.channels().stream().map(store::snapshot).toList();
    List<Long> versions = scope.channels().stream().map(store::version).toList();
    Map<UserId, Set<ChannelId>> channelsOf = new TreeMap<>();
    scope.users().forEach(user -> channelsOf.put(user, store.channelsOf(user)));
    return new Observation(outcome, told, snapshots, versions, channelsOf);
  }

  /** The same without the order in which one sweep looks at channels, and at users of a channel. */
  Observation ofASweep() {
    List<Told> sorted = new ArrayList<>();
    for (ChannelId channel : Cast.CHANNELS) {
      List<Told> here = told.stream().filter(h -> h.channel().equals(channel)).toList();
      List<Told.What> whats =
          here.stream().map(Told::what).sorted(Comparator.comparing(Object::toString)).toList();
      for (int i = 0; i < here.size(); i++) {
        sorted.add(new Told(channel, whats.get(i), here.get(i).previous(), here.get(i).version()));
      }
    }
    Object departures = outcome;
    if (outcome instanceof List<?> list) {
      Set<Object> told = new HashSet<>();
      list.forEach(
          departure -> {
            UserLeft left = (UserLeft) departure;
            told.add(List.of(left.channelId(), left.user(), left.reason()));
          });
      departures = List.of(list.size(), told);
    }
    return new Observation(departures, sorted, snapshots, versions, channelsOf);
  }

  /** What of this is not so in the other, for a person to read. */
  String differenceTo(Observation other) {
    StringBuilder text = new StringBuilder();
    compare(text, "outcome", outcome, other.outcome);
    compare(text, "events", told, other.told);
    compare(text, "versions", versions, other.versions);
    for (int i = 0; i < snapshots.size(); i++) {
      compare(text, "snapshot", snapshots.get(i), other.snapshots.get(i));
    }
    compare(text, "channels", channelsOf, other.channelsOf);
    return text.toString();
  }

  private static void compare(StringBuilder text, String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      text.append(
          "    expected %s: %s%n    but was  %s: %s%n".formatted(what, expected, what, actual));
    }
  }
}
