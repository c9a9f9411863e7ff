package io.voicepresence.bench.micro;

import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoiceStateUpdate;
import java.util.Optional;

/** Users and updates of the size that real ones have. */
final class People {
  static final VoiceStateUpdate MUTED = VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, true);
  static final VoiceStateUpdate UNMUTED = VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, false);

  private People() {}

  static Profile profile(int number) {
    String id = "u%07d".formatted(number);
    return new Profile(
        new UserId(id),
        id,
        Optional.of("User " + id),
        Optional.of("https://cdn.example.com/avatars/" + id + ".png"));
  }
}
