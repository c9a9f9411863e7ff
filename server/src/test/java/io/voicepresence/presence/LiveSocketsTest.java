package io.voicepresence.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.LiveSockets.Vouch;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveSocketsTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final UserId ANN = new UserId("ann");
  private static final Duration GRACE = PresenceSettings.DEFAULTS.disconnectGrace();

  private final TestClock clock = new TestClock();
  private final MemoryChangeFeed feed = new MemoryChangeFeed();
  private final PresenceStore store =
      new MemoryPresenceStore(feed, PresenceSettings.DEFAULTS, clock);
  private final LiveSockets liveSockets = live(store);
  private final List<PresenceEvent> events = new ArrayList<>();

  @BeforeEach
  void follow() {
    var _ = feed.follow(LOUNGE, Listening.to(events::add));
  }

  @Test
  void aLiveSocketKeepsItsUserForHours() {
    join();
    vouch();

    pass(Duration.ofHours(2));

    assertThat(events).isEmpty();
  }

  @Test
  void aDroppedSocketLeavesTheWholeGraceAndNotMore() {
    join();
    Vouch vouch = vouch();
    pass(Duration.ofMinutes(10));
    vouch.socketDropped();

    pass(GRACE.minusMillis(1));
    assertThat(events).isEmpty();

    pass(Duration.ofMillis(1));
    assertThat(events).hasSize(1);
    assertThat(liveSockets.count()).isZero();
  }

  @Test
  void aSocketThatReturnsInTheGraceIsNoEvent() {
    join();
    Vouch vouch = vouch();
    vouch.socketDropped();
    pass(GRACE.minusSeconds(1));

    join();
    vouch();
    pass(Duration.ofMinutes(10));

    assertThat(events).isEmpty();
  }

  @Test
  void aRequestInTheGraceKeepsTheUserFromTheFirstMomentOn() {
    join();
    Vouch vouch = vouch();
    pass(Duration.ofMinutes(10));
    vouch.socketDropped();

    assertThat(store.refresh(LOUNGE, ANN, Claim.REQUEST))
        .map(Refreshed::staysFor)
        .hasValue(PresenceSettings.DEFAULTS.ttl());

    pass(PresenceSettings.DEFAULTS.ttl().minusMillis(1));
    assertThat(events).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(events).hasSize(1);
  }

  @Test
  void aDropAfterTheUserLeftChangesNothing() {
    join();
    Vouch vouch = vouch();
    store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    events.clear();

    vouch.socketDropped();
    pass(GRACE);

    assertThat(events).isEmpty();
  }

  @Test
  void ofTwoDevicesEachKeepsTheUserForItself() {
    join();
    Vouch phone = vouch();
    Vouch laptop = vouch();
    phone.socketDropped();
    pass(Duration.ofMinutes(10));
    assertThat(events).isEmpty();

    laptop.socketDropped();
    pass(GRACE);
    assertThat(events).hasSize(1);
  }

  @Test
  void aVouchForOneWhoHasLeftIsForgottenAndBringsNobodyBack() {
    join();
    Vouch vouch = vouch();
    store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    assertThat(vouch.stands()).isTrue();

    liveSockets.prolongAll();

    assertThat(vouch.stands()).isFalse();
    assertThat(store.snapshot(LOUNGE).users()).isEmpty();
  }

  @Test
  void aSocketOfAnEarlierStayKeepsNobodyInTheNextOne() {
    join();
    Vouch phone = vouch();
    vouch();
    store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    phone.withdraw();
    clock.advance(Duration.ofMillis(1));
    join();
    Vouch again = vouch();

    again.socketDropped();
    pass(GRACE);

    assertThat(events).hasSize(1);
  }

  @Test
  void aStoreThatFailsAtADropLeavesNoVouchBehind() {
    join();
    PresenceStore failing =
        (PresenceStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (proxy, method, args) -> {
                  throw new IllegalStateException("on purpose");
                });
    LiveSockets onFailing = live(failing);
    Vouch vouch = onFailing.vouch(LOUNGE, store.snapshot(LOUNGE).users().getFirst());

    vouch.socketDropped();

    assertThat(vouch.stands()).isFalse();
    assertThat(onFailing.count()).isZero();
  }

  @Test
  void aProcessThatStoodStillProlongsBeforeItExpires() {
    join();
    vouch();
    clock.advance(Duration.ofMinutes(5));

    liveSockets.prolongAll();

    assertThat(store.expireDue()).isEmpty();
  }

  private LiveSockets live(PresenceStore on) {
    return new LiveSockets(on, (_, _) -> Optional.empty(), () -> clock.ticks() * 1_000_000);
  }

  private void join() {
    store.join(
        LOUNGE,
        new Profile(ANN, "Ann", Optional.empty(), Optional.empty()),
        Claim.SOCKET,
        OptionalInt.empty());
    events.clear();
  }

  /** A socket of the stay that is now. */
  private Vouch vouch() {
    return liveSockets.vouch(LOUNGE, store.snapshot(LOUNGE).users().getFirst());
  }

  /** Time goes by with the node's rounds in it. */
  private void pass(Duration time) {
    Duration left = time;
    while (left.isPositive()) {
      Duration step =
          left.compareTo(PresenceSettings.PROLONG_INTERVAL) < 0
              ? left
              : PresenceSettings.PROLONG_INTERVAL;
      clock.advance(step);
      left = left.minus(step);
      liveSockets.prolongAll();
      store.expireDue();
    }
  }
}
