package io.voicepresence.presence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.Listening;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** More users of one channel are over at once than are taken out under one hold of its lock. */
class ManyDeparturesTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final int USERS = 200;

  private final TestClock clock = new TestClock();
  private final MemoryChangeFeed feed = new MemoryChangeFeed();
  private final MemoryPresenceStore store =
      new MemoryPresenceStore(feed, PresenceSettings.DEFAULTS, clock);

  @Test
  void allOfThemAreToldInOneSweepAndOnce() {
    for (int i = 0; i < USERS; i++) {
      Profile user = new Profile(new UserId("u" + i), "U" + i, Optional.empty(), Optional.empty());
      var _ = store.join(LOUNGE, user, Claim.SOCKET, OptionalInt.empty());
    }
    List<PresenceEvent> told = new ArrayList<>();
    try (var following = feed.follow(LOUNGE, Listening.to(told::add))) {
      assertThat(following).isNotNull();
      clock.advance(Duration.ofMinutes(1));

      assertThat(store.expireDue()).hasSize(USERS).doesNotHaveDuplicates();
      assertThat(told).hasSize(USERS);
      assertThat(store.snapshot(LOUNGE).users()).isEmpty();
      assertThat(store.expireDue()).isEmpty();
    }
  }
}
