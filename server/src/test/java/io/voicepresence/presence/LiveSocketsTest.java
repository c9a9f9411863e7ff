package io.voicepresence.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.LiveSockets.Vouch;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

  @Test
  void whomTheStoreLostIsReassertedAsLastSeenHere() {
    join();
    VoicePresenceUser ann = user();
    var _ = liveSockets.vouch(LOUNGE, ann);
    ForgetfulStore forgetful = new ForgetfulStore(store);
    VoicePresenceUser muted = ann.with(VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, true));
    List<VoicePresenceUser> seen = new ArrayList<>();
    LiveSockets onForgetful =
        new LiveSockets(forgetful.store(), (_, _) -> seen.stream().findFirst(), () -> 0);
    Vouch vouch = onForgetful.vouch(LOUNGE, ann);

    forgetful.lost = true;
    assertThat(onForgetful.prolongAll()).isTrue();
    onForgetful.changed(LOUNGE, muted);
    assertThat(onForgetful.prolongAll()).isTrue();
    VoicePresenceUser deafened = ann.with(VoiceStateUpdate.NONE.and(VoiceFlag.DEAFENED, true));
    seen.add(deafened);
    assertThat(onForgetful.prolongAll()).isTrue();
    seen.set(0, new VoicePresenceUser(ann.profile(), ann.joinedAt().plusMillis(1), ann.state()));
    assertThat(onForgetful.prolongAll()).isTrue();

    assertThat(forgetful.reasserted).containsExactly(ann, muted, deafened, muted);
    assertThat(vouch.stands()).isTrue();

    forgetful.refuses = true;
    assertThat(onForgetful.prolongAll()).isTrue();
    assertThat(vouch.stands()).isFalse();
    assertThat(onForgetful.count()).isZero();
  }

  @Test
  void aSocketsOwnCommandBringsItsUserBackAtOnceUnlessAWordEndedTheStay() {
    join();
    ForgetfulStore forgetful = new ForgetfulStore(store);
    LiveSockets onForgetful = live(forgetful.store());
    VoicePresenceUser ann = user();
    Vouch vouch = onForgetful.vouch(LOUNGE, ann);

    assertThat(vouch.restore()).isTrue();
    assertThat(forgetful.reasserted).containsExactly(ann);

    forgetful.refuses = true;
    assertThat(vouch.restore()).isFalse();
    assertThat(vouch.stands()).isFalse();
  }

  @Test
  void whoLeavesWhileItIsFoundLostIsNotReasserted() {
    join();
    ForgetfulStore forgetful = new ForgetfulStore(store);
    LiveSockets onForgetful = live(forgetful.store());
    Vouch vouch = onForgetful.vouch(LOUNGE, user());
    forgetful.lost = true;
    forgetful.afterProlonging = vouch::withdraw;

    onForgetful.prolongAll();

    assertThat(forgetful.reasserted).isEmpty();
  }

  @Test
  void whoseSocketDropsWhileItIsReassertedHasTheGraceAndNotMore() {
    join();
    ForgetfulStore forgetful = new ForgetfulStore(store);
    LiveSockets onForgetful = live(forgetful.store());
    Vouch vouch = onForgetful.vouch(LOUNGE, user());
    forgetful.lost = true;
    forgetful.beforeReasserting = vouch::socketDropped;

    onForgetful.prolongAll();

    assertThat(forgetful.releasedAfterReasserting).containsExactly(Stay.of(user()));
    clock.advance(GRACE);
    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void whoLeavesBeforeOrAfterTheReassertionUnderWayStaysAway() {
    for (boolean before : new boolean[] {true, false}) {
      join();
      ForgetfulStore forgetful = new ForgetfulStore(store);
      LiveSockets onForgetful = live(forgetful.store());
      Vouch vouch = onForgetful.vouch(LOUNGE, user());
      forgetful.lost = true;
      Runnable leave =
          () -> {
            vouch.withdraw();
            store.leave(LOUNGE, ANN, LeaveReason.LEFT);
          };
      if (before) {
        forgetful.beforeReasserting = leave;
      } else {
        forgetful.afterReasserting = leave;
      }

      assertThat(onForgetful.prolongAll()).isTrue();

      assertThat(forgetful.reasserted).hasSize(1);
      assertThat(store.snapshot(LOUNGE).users()).isEmpty();
      assertThat(onForgetful.count()).isZero();
    }
  }

  @Test
  void afterAPauseOfTheProcessDropsAreHeardBeforeAnybodyIsBroughtBack() {
    join();
    ForgetfulStore forgetful = new ForgetfulStore(store);
    LiveSockets onForgetful = live(forgetful.store());
    Vouch gone = onForgetful.vouch(LOUNGE, user());
    onForgetful.prolongAll();
    clock.advance(Duration.ofSeconds(40));
    forgetful.lost = true;

    assertThat(onForgetful.prolongAll()).isTrue();
    assertThat(forgetful.reasserted).isEmpty();
    gone.socketDropped();
    var _ = onForgetful.vouch(LOUNGE, user());
    clock.advance(PresenceSettings.PROLONG_INTERVAL);
    assertThat(onForgetful.prolongAll()).isTrue();

    assertThat(forgetful.reasserted).hasSize(1);
  }

  @Test
  void afterAPauseOfTheProcessCommandsOfSocketsBringNobodyBackEither() {
    join();
    ForgetfulStore forgetful = new ForgetfulStore(store);
    LiveSockets onForgetful = live(forgetful.store());
    Vouch vouch = onForgetful.vouch(LOUNGE, user());
    forgetful.lost = true;
    clock.advance(Duration.ofSeconds(40));

    assertThat(vouch.restore()).isFalse();
    onForgetful.prolongAll();
    assertThat(vouch.restore()).isFalse();
    assertThat(forgetful.reasserted).isEmpty();

    // Its end did not come meanwhile, so it lives.
    clock.advance(PresenceSettings.PROLONG_INTERVAL);
    onForgetful.prolongAll();
    assertThat(forgetful.reasserted).hasSize(1);
    assertThat(vouch.restore()).isTrue();
  }

  @Test
  void aPauseInTheMiddleOfARoundCountsToo() {
    join();
    ForgetfulStore forgetful = new ForgetfulStore(store);
    LiveSockets onForgetful = live(forgetful.store());
    Vouch vouch = onForgetful.vouch(LOUNGE, user());
    forgetful.lost = true;
    forgetful.afterProlonging = () -> clock.advance(Duration.ofSeconds(40));

    onForgetful.prolongAll();

    assertThat(vouch.restore()).isFalse();
    assertThat(forgetful.reasserted).isEmpty();
  }

  @Test
  void aStoreOutOfReachEndsTheRoundEarlyAndTheOthersAreFirstInTheNext() {
    join();
    VoicePresenceUser ann = user();
    Set<ChannelId> asked = ConcurrentHashMap.newKeySet();
    boolean[] down = {true};
    PresenceStore failing =
        (PresenceStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (proxy, method, args) -> {
                  asked.add((ChannelId) args[0]);
                  if (down[0]) {
                    throw new RequestException(ErrorCode.UNAVAILABLE, "out of reach");
                  }
                  return Prolonged.ALL;
                });
    LiveSockets onFailing = live(failing);
    for (int i = 0; i < 1_000; i++) {
      var _ = onFailing.vouch(new ChannelId("c" + i), ann);
    }

    assertThat(onFailing.prolongAll()).isFalse();
    // Eight without an answer, and what the other workers had begun.
    assertThat(asked).hasSizeBetween(8, 40);

    down[0] = false;
    assertThat(onFailing.prolongAll()).isTrue();
    assertThat(asked).hasSize(1_000);
  }

  @Test
  void aSlowStoreIsGoneThroughInSeveralRounds() {
    join();
    VoicePresenceUser ann = user();
    Set<ChannelId> asked = ConcurrentHashMap.newKeySet();
    AtomicLong seconds = new AtomicLong();
    PresenceStore slow =
        (PresenceStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (proxy, method, args) -> {
                  asked.add((ChannelId) args[0]);
                  seconds.incrementAndGet();
                  return Prolonged.ALL;
                });
    LiveSockets onSlow =
        new LiveSockets(
            slow, (_, _) -> Optional.empty(), () -> Duration.ofSeconds(seconds.get()).toNanos());
    for (int i = 0; i < 100; i++) {
      var _ = onSlow.vouch(new ChannelId("c" + i), ann);
    }

    int before = 0;
    for (int round = 0; asked.size() < 100; round++) {
      assertThat(onSlow.prolongAll()).isTrue();
      assertThat(asked).hasSizeBetween(before + 1, 100);
      assertThat(asked.size() - before).isLessThanOrEqualTo(40);
      before = asked.size();
      assertThat(round).isLessThan(100);
    }
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
    return liveSockets.vouch(LOUNGE, user());
  }

  private VoicePresenceUser user() {
    return store.snapshot(LOUNGE).users().getFirst();
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

  /** Says of every stay that it was lost, and lets things happen in between. */
  private static final class ForgetfulStore {
    private final PresenceStore store;
    private final List<VoicePresenceUser> reasserted = new ArrayList<>();
    private final List<Stay> releasedAfterReasserting = new ArrayList<>();
    private boolean lost;
    private boolean refuses;
    private Runnable afterProlonging = () -> {};
    private Runnable beforeReasserting = () -> {};
    private Runnable afterReasserting = () -> {};

    ForgetfulStore(PresenceStore store) {
      this.store = store;
    }

    PresenceStore store() {
      return (PresenceStore)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {PresenceStore.class},
              (proxy, method, args) -> {
                if (method.getName().equals("reassert")) {
                  beforeReasserting.run();
                }
                Object answer = answer(method.getName(), args);
                return answer != null ? answer : method.invoke(store, args);
              });
    }

    /** What this one says; null where the store beneath is to speak. */
    private Object answer(String method, Object[] args) {
      if (method.equals("prolong")) {
        Prolonged prolonged = store.prolong((ChannelId) args[0], stays(args[1]));
        afterProlonging.run();
        return lost ? new Prolonged(Set.of(), Set.copyOf(stays(args[1]))) : prolonged;
      }
      if (method.equals("reassert") && refuses) {
        return false;
      }
      if (method.equals("reassert")) {
        VoicePresenceUser user = (VoicePresenceUser) args[1];
        reasserted.add(user);
        boolean goesOn = store.reassert((ChannelId) args[0], user);
        afterReasserting.run();
        return goesOn;
      }
      if (method.equals("release") && !reasserted.isEmpty()) {
        releasedAfterReasserting.add((Stay) args[1]);
      }
      return null;
    }

    private static List<Stay> stays(Object argument) {
      return ((Collection<?>) argument).stream().map(Stay.class::cast).toList();
    }
  }
}
