package io.voicepresence.presence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.Listening;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.TestClock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VersionRetentionTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");

  private final TestClock clock = new TestClock();
  private final MemoryChangeFeed feed = new MemoryChangeFeed();
  private final MemoryPresenceStore store =
      new MemoryPresenceStore(feed, PresenceSettings.DEFAULTS, clock);

  @Test
  void anEmptyChannelKeepsItsVersionForTheRetentionAndStartsAboveItAfterwards() {
    // More changes than milliseconds pass, so that the clock alone would fall behind the version.
    for (int i = 0; i < 5_000_000; i += 2) {
      comeAndGo();
    }
    long last = store.snapshot(LOUNGE).version();
    pass(MemoryPresenceStore.VERSION_RETENTION.minusMillis(1));
    assertThat(store.snapshot(LOUNGE).version()).isEqualTo(last);

    pass(Duration.ofMinutes(1));
    assertThat(store.snapshot(LOUNGE).version()).isZero();

    comeAndGo();
    assertThat(store.snapshot(LOUNGE).version()).isGreaterThan(last);
  }

  @Test
  void anEmptyChannelThatIsFollowedKeepsItsVersionForGood() {
    comeAndGo();
    long last = store.snapshot(LOUNGE).version();
    try (var following = feed.follow(LOUNGE, Listening.to(event -> {}))) {
      for (int hour = 0; hour < 30; hour++) {
        pass(Duration.ofMinutes(5));
      }
      assertThat(following).isNotNull();
      assertThat(store.snapshot(LOUNGE).version()).isEqualTo(last);
    }

    pass(Duration.ofMinutes(20));
    assertThat(store.snapshot(LOUNGE).version()).isZero();
  }

  private void pass(Duration time) {
    clock.advance(time);
    store.expireDue();
  }

  private void comeAndGo() {
    UserId ann = new UserId("ann");
    store.join(
        LOUNGE,
        new Profile(ann, "ann", Optional.empty(), Optional.empty()),
        Claim.REQUEST,
        OptionalInt.empty());
    store.leave(LOUNGE, ann, LeaveReason.LEFT);
  }
}
