package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.simulation.Step.StayOf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every stay that a simulation saw, with the user's last state in it. */
final class History {
  private record Place(ChannelId channel, UserId user) {}

  private final Map<Place, List<VoicePresenceUser>> stays = new HashMap<>();

  void saw(ChannelSnapshot snapshot) {
    for (VoicePresenceUser user : snapshot.users()) {
      List<VoicePresenceUser> seen =
          stays.computeIfAbsent(new Place(snapshot.channelId(), user.id()), _ -> new ArrayList<>());
      if (!seen.isEmpty() && seen.getLast().joinedAt().equals(user.joinedAt())) {
        seen.removeLast();
      }
      seen.add(user);
    }
  }

  /** The user in that stay, as last seen. */
  VoicePresenceUser find(ChannelId channel, StayOf stay, Instant now) {
    List<VoicePresenceUser> seen =
        stays.getOrDefault(new Place(channel, stay.user().id()), List.of());
    int back =
        switch (stay.which()) {
          case LAST -> 1;
          case BEFORE_LAST -> 2;
          case NEVER -> Integer.MAX_VALUE;
        };
    return back <= seen.size()
        ? seen.get(seen.size() - back)
        : new VoicePresenceUser(stay.user(), now.minusMillis(1), VoiceState.INITIAL);
  }
}
