package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Profile;
import java.util.List;

/** Where a step may show; looking everywhere after each would take most of the time. */
record Scope(List<ChannelId> channels, List<UserId> users) {
  static final Scope ALL = new Scope(Cast.CHANNELS, Cast.USERS.stream().map(Profile::id).toList());

  /** Looking mends: what is wrong and found by chance alone would not show. */
  static final Scope NOWHERE = new Scope(List.of(), List.of());

  static Scope of(Step.Verb verb) {
    return switch (verb) {
      case Step.Join s -> of(s.channel(), s.user().id());
      case Step.Leave s -> of(s.channel(), s.user());
      case Step.Update s -> of(s.channel(), s.user());
      case Step.Refresh s -> of(s.channel(), s.user());
      case Step.Release s -> of(s.channel(), s.stay().user().id());
      case Step.Reassert s -> of(s.channel(), s.stay().user().id());
      case Step.Prolong s -> new Scope(List.of(s.channel()), List.of());
      case Step.ExpireDue _, Step.CountAll _ -> ALL;
    };
  }

  private static Scope of(ChannelId channel, UserId user) {
    return new Scope(List.of(channel), List.of(user));
  }
}
