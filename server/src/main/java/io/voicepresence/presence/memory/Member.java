package io.voicepresence.presence.memory;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;

/** A user in a channel and the deadline of it. Guarded by the channel's lock. */
final class Member {
  VoicePresenceUser user;
  private long deadline = Long.MIN_VALUE;
  private boolean socketVouches;

  Member(VoicePresenceUser user) {
    this.user = user;
  }

  /** When the presence ends unless renewed, in ticks of the store's clock. */
  long deadline() {
    return deadline;
  }

  /** Lets the grace begin, where it is a socket that vouched. */
  void release(long now, PresenceSettings settings) {
    if (socketVouches) {
      deadline = now + settings.disconnectGrace().toMillis();
    }
  }

  /**
   * Renews the deadline by the rules that {@link Claim} states.
   *
   * @return for how long the user stays, as {@link io.voicepresence.presence.Refreshed} says
   */
  Duration renew(Claim claim, long now, PresenceSettings settings) {
    return switch (claim) {
      case SOCKET -> {
        socketVouches = true;
        deadline = now + settings.socketDeadline().toMillis();
        yield settings.ttl();
      }
      case REQUEST -> {
        // Further ahead than the grace is only what a node set for a socket that it has not
        // released.
        boolean socketLives =
            socketVouches && deadline > now + settings.disconnectGrace().toMillis();
        if (socketLives) {
          yield settings.disconnectGrace();
        }
        socketVouches = false;
        deadline = Math.max(deadline, now + settings.ttl().toMillis());
        yield Duration.ofMillis(deadline - now);
      }
    };
  }
}
