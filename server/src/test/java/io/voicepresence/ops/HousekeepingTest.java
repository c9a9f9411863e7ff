package io.voicepresence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.Listening;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.TestClock;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final PresenceSettings SETTINGS = PresenceSettings.DEFAULTS;

  private final TestClock clock = new TestClock();
  private final MemoryChangeFeed feed = new MemoryChangeFeed();
  private final PresenceStore store = new MemoryPresenceStore(feed, SETTINGS, clock);
  private final LiveSockets liveSockets =
      new LiveSockets(store, (_, _) -> Optional.empty(), this::nanoTime);
  private final CommandLimiter limiter = new CommandLimiter(10, 10, this::nanoTime);
  private final Housekeeping housekeeping =
      new Housekeeping(
          liveSockets,
          new PresenceService(store, new ChannelGate(new OpenChannelAccess())),
          limiter,
          SETTINGS.prolongInterval(),
          this::nanoTime);
  private final List<PresenceEvent> events = new ArrayList<>();

  @BeforeEach
  void follow() {
    var _ = feed.follow(LOUNGE, Listening.to(events::add));
  }

  @AfterEach
  void close() {
    housekeeping.close();
  }

  @Test
  void aProcessThatStoodStillAnnouncesNobodyWhoseSocketLives() {
    join("ann", Claim.SOCKET);
    var _ = liveSockets.vouch(LOUNGE, store.snapshot(LOUNGE).users().getFirst());
    join("bob", Claim.SOCKET);
    events.clear();

    pass(Duration.ofMinutes(10));

    assertThat(events).hasSize(1);
    assertThat(events.getFirst().user().id()).isEqualTo(new UserId("bob"));
  }

  @Test
  void afterAPauseNobodyIsAnnouncedBeforeTheLivingAreProlonged() {
    join("ann", Claim.SOCKET);
    var _ = liveSockets.vouch(LOUNGE, store.snapshot(LOUNGE).users().getFirst());
    events.clear();
    clock.advance(Duration.ofMinutes(10));

    housekeeping.sweepingRound();
    housekeeping.sweepingRound();
    assertThat(events).isEmpty();
    round();

    assertThat(events).isEmpty();
    assertThat(store.snapshot(LOUNGE).users()).hasSize(1);
  }

  @Test
  void aStandstillOfEitherKindOfRoundsShows() {
    clock.advance(Duration.ofSeconds(6));
    housekeeping.prolongingRound();
    assertThat(housekeeping.stalled()).isTrue();
    housekeeping.sweepingRound();
    assertThat(housekeeping.stalled()).isFalse();
    clock.advance(Duration.ofSeconds(6));
    housekeeping.sweepingRound();
    assertThat(housekeeping.stalled()).isTrue();
  }

  @Test
  void whoHasNothingToPayOffIsForgotten() {
    limiter.admit(new UserId("ann"));

    pass(Duration.ofMinutes(1));

    assertThat(limiter.size()).isZero();
  }

  @Test
  void anErrorEndsNoRoundsAndStandingStillShows() {
    var _ =
        feed.follow(
            LOUNGE,
            Listening.to(
                event -> {
                  if (event instanceof PresenceEvent.UserLeft) {
                    throw new OutOfMemoryError("on purpose");
                  }
                }));
    join("ann", Claim.SOCKET);
    pass(Duration.ofSeconds(30));
    assertThat(housekeeping.stalled()).isFalse();

    clock.advance(Duration.ofSeconds(6));
    assertThat(housekeeping.stalled()).isTrue();
    round();
    assertThat(housekeeping.stalled()).isFalse();
  }

  private long nanoTime() {
    return clock.ticks() * 1_000_000;
  }

  private void pass(Duration time) {
    clock.advance(time);
    round();
  }

  private void round() {
    housekeeping.prolongingRound();
    housekeeping.sweepingRound();
  }

  private void join(String name, Claim claim) {
    store.join(LOUNGE, profile(name), claim, OptionalInt.empty());
  }

  private static Profile profile(String name) {
    return new Profile(new UserId(name), name, Optional.empty(), Optional.empty());
  }
}
