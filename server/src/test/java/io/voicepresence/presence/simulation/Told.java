package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;

/** What the feed brought: a change, and the versions before and after it. */
public record Told(ChannelId channel, What what, long previous, long version) {

  /** What changed. */
  public sealed interface What {
    record Joined(VoicePresenceUser user) implements What {}

    record Left(VoicePresenceUser user, LeaveReason reason) implements What {}

    record Updated(VoicePresenceUser user, VoiceStateUpdate updates) implements What {}

    /** Something that the store cannot tell. */
    record Untold() implements What {}
  }

  public static Told of(PresenceEvent event, long previous) {
    What what =
        switch (event) {
          case PresenceEvent.UserJoined joined -> new What.Joined(joined.user());
          case PresenceEvent.UserLeft left -> new What.Left(left.user(), left.reason());
          case PresenceEvent.UserUpdated updated ->
              new What.Updated(updated.user(), updated.updates());
        };
    return new Told(event.channelId(), what, previous, event.version());
  }

  public static Told untold(ChannelId channel, long previous, long version) {
    return new Told(channel, new What.Untold(), previous, version);
  }
}
