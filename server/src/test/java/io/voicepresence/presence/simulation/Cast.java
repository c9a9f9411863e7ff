package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.Profile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Who plays: few, so that they meet; with ids and texts at the limits. */
public final class Cast {
  /** Fewer than there are. */
  private static final int CHANNELS_PER_USER = 3;

  /** As they are by default. */
  private static final PresenceSettings USUAL =
      new PresenceSettings(Duration.ofSeconds(300), Duration.ofSeconds(20), CHANNELS_PER_USER);

  /** Where a socket's deadline is further ahead than a request's. */
  private static final PresenceSettings LONG_GRACE =
      new PresenceSettings(Duration.ofSeconds(300), Duration.ofSeconds(400), CHANNELS_PER_USER);

  public static final List<ChannelId> CHANNELS =
      List.of(
          new ChannelId("lounge"),
          new ChannelId("~".repeat(128)),
          new ChannelId("A"),
          new ChannelId("a-._~@-0"));

  public static final List<Profile> USERS =
      List.of(
          new Profile(new UserId("ann"), "ann", Optional.empty(), Optional.empty()),
          new Profile(
              new UserId("auth0|a:b"),
              "\"Ren\u00e9e\"\\ \u2603 \uD83D\uDE00",
              Optional.of("{\"joinedAt\":\"x\"}, \"isMuted\":true"),
              Optional.of("https://example.org/a?b=c&d=%7B")),
          new Profile(new UserId("x".repeat(128)), "", Optional.of(""), Optional.empty()),
          new Profile(new UserId("-"), "left", Optional.empty(), Optional.of("\n\t\u0001")));

  private Cast() {}

  /** What the history of that seed is played with. */
  static PresenceSettings settings(long seed) {
    return seed % 2 == 0 ? USUAL : LONG_GRACE;
  }

  /** A text without what makes these hard to read. */
  static String abbreviated(String text) {
    String shorter = text;
    for (Profile user : USERS) {
      shorter = shorter.replace(user.toString(), "(" + user.id() + ")");
    }
    return shorter.replace("~".repeat(128), "~~~").replace("x".repeat(128), "xxx");
  }
}
