package io.voicepresence.presence;

import static io.voicepresence.presence.VoiceFlag.DEAFENED;
import static io.voicepresence.presence.VoiceFlag.MUTED;
import static io.voicepresence.presence.VoiceFlag.SCREEN_SHARING;
import static io.voicepresence.presence.VoiceFlag.VIDEO_ENABLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceEvent.UserUpdated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link PresenceStore} does. A store's own test extends this and adds nothing to it.
 */
public abstract class PresenceStoreContract {
  protected static final PresenceSettings SETTINGS =
      new PresenceSettings(Duration.ofSeconds(300), Duration.ofSeconds(20), 60);
  private static final Duration TTL = SETTINGS.ttl();
  private static final Duration SOCKET_DEADLINE = SETTINGS.socketDeadline();
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final OptionalInt NO_LIMIT = OptionalInt.empty();
  private static final int ROUNDS = 3_000;

  private final TestClock clock = new TestClock();
  private final List<PresenceEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger channelNumber = new AtomicInteger();
  private PresenceStore store;
  private ChangeFeed feed;
  private Runnable settle;
  private ChannelId lounge;

  /**
   * A store, and the feed that it publishes to.
   *
   * @param settle waits until the feed has brought everything that the store has published
   */
  public record Wired(PresenceStore store, ChangeFeed feed, Runnable settle) {}

  /** An empty store on this clock with {@link #SETTINGS}. */
  protected abstract Wired wire(StoreClock clock);

  @BeforeEach
  void open() {
    Wired wired = wire(clock);
    store = wired.store();
    feed = wired.feed();
    settle = wired.settle();
    lounge = watched();
  }

  // Joining

  @Test
  void aJoinMakesTheUserPresentWithAllFlagsOff() {
    VoicePresenceUser user = join("ann");

    assertThat(user.state()).isEqualTo(VoiceState.INITIAL);
    assertThat(user.joinedAt()).isEqualTo(TestClock.START);
    assertThat(store.snapshot(lounge).users()).containsExactly(user);
    assertThat(store.channelsOf(new UserId("ann"))).containsExactly(lounge);
  }

  @Test
  void aJoinIsAnnouncedWithTheVersionThatTheSnapshotShows() {
    VoicePresenceUser user = join("ann");

    long version = store.snapshot(lounge).version();
    assertThat(events()).containsExactly(new UserJoined(lounge, user, version));
  }

  @Test
  void aChannelWithoutAVersionShowsZeroAndStartsAtTheClock() {
    assertThat(store.snapshot(lounge)).isEqualTo(ChannelSnapshot.empty(lounge));

    join("ann");

    assertThat(store.snapshot(lounge).version()).isEqualTo(TestClock.START.toEpochMilli());
  }

  @Test
  void aSecondJoinKeepsJoinTimeAndFlagsAndIsNotAnnounced() {
    join("ann");
    VoicePresenceUser muted = update("ann", VoiceStateUpdate.NONE.and(MUTED, true));
    long version = store.snapshot(lounge).version();
    events().clear();
    clock.advance(Duration.ofSeconds(5));

    JoinOutcome again = store.join(lounge, profile("ann"), Claim.REQUEST, NO_LIMIT);

    assertThat(again).isEqualTo(new JoinOutcome.AlreadyPresent(muted, version));
    assertThat(events()).isEmpty();
    assertThat(store.snapshot(lounge).version()).isEqualTo(version);
  }

  @Test
  void aFullChannelRefusesNewUsersButNotThoseInIt() {
    OptionalInt two = OptionalInt.of(2);
    store.join(lounge, profile("ann"), Claim.REQUEST, two);
    store.join(lounge, profile("bob"), Claim.REQUEST, two);

    assertThat(store.join(lounge, profile("cid"), Claim.REQUEST, two))
        .isEqualTo(new JoinOutcome.Full(2));
    assertThat(store.join(lounge, profile("bob"), Claim.REQUEST, two))
        .isInstanceOf(JoinOutcome.AlreadyPresent.class);
    assertThat(usersIn(lounge)).containsExactly("ann", "bob");
    assertThat(store.channelsOf(new UserId("cid"))).isEmpty();
  }

  @Test
  void usersStandInTheOrderOfTheirJoiningTiesById() {
    join("zoe");
    join("amy");
    clock.advance(MOMENT);
    join("bob");

    assertThat(usersIn(lounge)).containsExactly("amy", "zoe", "bob");
  }

  // Leaving

  @Test
  void aLeaveIsAnnouncedWithTheFullLastState() {
    join("ann");
    VoicePresenceUser last = update("ann", VoiceStateUpdate.NONE.and(VIDEO_ENABLED, true));
    events().clear();

    LeaveOutcome outcome = store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);

    long version = TestClock.START.toEpochMilli() + 2;
    assertThat(outcome).isEqualTo(new LeaveOutcome.Left(last, version));
    assertThat(events()).containsExactly(new UserLeft(lounge, last, version, LeaveReason.LEFT));
    assertThat(store.snapshot(lounge).version()).isEqualTo(version);
    assertThat(usersIn(lounge)).isEmpty();
    assertThat(store.channelsOf(new UserId("ann"))).isEmpty();
  }

  @Test
  void leavingTwiceIsAnnouncedOnce() {
    join("ann");
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    events().clear();

    assertThat(store.leave(lounge, new UserId("ann"), LeaveReason.LEFT))
        .isEqualTo(new LeaveOutcome.Absent());
    assertThat(events()).isEmpty();
  }

  @Test
  void oneWhoNeverCameIsAbsentToEveryVerbAndNothingIsCreated() {
    UserId ghost = new UserId("ghost");

    assertThat(store.leave(lounge, ghost, LeaveReason.LEFT)).isEqualTo(new LeaveOutcome.Absent());
    assertThat(store.update(lounge, ghost, VoiceStateUpdate.NONE.and(MUTED, true), Claim.REQUEST))
        .isEqualTo(new UpdateOutcome.Absent());
    assertThat(store.refresh(lounge, ghost, Claim.SOCKET)).isEmpty();
    Stay never = new Stay(ghost, TestClock.START);
    assertThat(store.prolong(lounge, Set.of(never)).absent()).containsExactly(never);

    assertThat(events()).isEmpty();
    assertThat(store.snapshot(lounge)).isEqualTo(ChannelSnapshot.empty(lounge));
    assertThat(store.channelsOf(ghost)).isEmpty();
  }

  @Test
  void aUserMayBeInSeveralChannelsEachForItself() {
    ChannelId music = watched();
    join("ann");
    store.join(music, profile("ann"), Claim.REQUEST, NO_LIMIT);

    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);

    assertThat(store.channelsOf(new UserId("ann"))).containsExactly(music);
    assertThat(usersIn(music)).containsExactly("ann");
  }

  @Test
  void whoReturnsAfterLeavingStartsAnew() {
    join("ann");
    update("ann", VoiceStateUpdate.NONE.and(DEAFENED, true));
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    clock.advance(Duration.ofSeconds(1));

    VoicePresenceUser again = join("ann");

    assertThat(again.state()).isEqualTo(VoiceState.INITIAL);
    assertThat(again.joinedAt()).isEqualTo(TestClock.START.plusSeconds(1));
  }

  // Updating

  @Test
  void anUpdateSetsWhatItNamesAndKeepsTheRest() {
    join("ann");
    update("ann", VoiceStateUpdate.NONE.and(MUTED, true));
    VoiceStateUpdate camera = VoiceStateUpdate.NONE.and(VIDEO_ENABLED, true);

    VoicePresenceUser user = update("ann", camera);

    assertThat(user.state().has(MUTED)).isTrue();
    assertThat(user.state().has(VIDEO_ENABLED)).isTrue();
    assertThat(user.state().has(SCREEN_SHARING)).isFalse();
    assertThat(events().getLast())
        .isEqualTo(new UserUpdated(lounge, user, camera, store.snapshot(lounge).version()));
  }

  @Test
  void anUpdateThatChangesNothingIsAnnouncedAndCounted() {
    join("ann");
    long version = store.snapshot(lounge).version();

    update("ann", VoiceStateUpdate.NONE.and(MUTED, false));

    assertThat(store.snapshot(lounge).version()).isEqualTo(version + 1);
    assertThat(events().getLast()).isInstanceOf(UserUpdated.class);
  }

  @Test
  void aRefreshIsSilent() {
    join("ann");
    ChannelSnapshot before = store.snapshot(lounge);
    events().clear();

    assertThat(store.refresh(lounge, new UserId("ann"), Claim.REQUEST))
        .map(Refreshed::staysFor)
        .hasValue(TTL);

    assertThat(events()).isEmpty();
    assertThat(store.snapshot(lounge)).isEqualTo(before);
  }

  // Deadlines

  @Test
  void aRequestHoldsForTheTtlAndNotLonger() {
    VoicePresenceUser user = join("ann");
    events().clear();
    clock.advance(TTL.minus(MOMENT));
    assertThat(store.expireDue()).isEmpty();

    clock.advance(MOMENT);

    assertThat(store.expireDue()).hasSize(1);
    assertThat(events())
        .containsExactly(
            new UserLeft(lounge, user, TestClock.START.toEpochMilli() + 1, LeaveReason.EXPIRED));
    assertThat(usersIn(lounge)).isEmpty();
    assertThat(store.channelsOf(new UserId("ann"))).isEmpty();
    assertThat(store.expireDue()).isEmpty();
  }

  @Test
  void joinUpdateAndRefreshEachRenewTheTtl() {
    List<Runnable> renewals =
        List.of(
            () -> store.join(lounge, profile("ann"), Claim.REQUEST, NO_LIMIT),
            () -> update("ann", VoiceStateUpdate.NONE.and(MUTED, true)),
            () -> store.refresh(lounge, new UserId("ann"), Claim.REQUEST));
    join("ann");
    for (Runnable renewal : renewals) {
      clock.advance(TTL.minus(MOMENT));
      renewal.run();
      assertThat(store.expireDue()).isEmpty();
    }

    clock.advance(TTL);
    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void aSocketThatIsNotProlongedEndsWithinGraceAndSlack() {
    store.join(lounge, profile("ann"), Claim.SOCKET, NO_LIMIT);
    clock.advance(SOCKET_DEADLINE.minus(MOMENT));
    assertThat(store.expireDue()).isEmpty();

    clock.advance(MOMENT);

    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void aSocketThatIsProlongedStaysForEver() {
    store.join(lounge, profile("ann"), Claim.SOCKET, NO_LIMIT);
    for (int second = 0; second < 1_000; second++) {
      clock.advance(Duration.ofSeconds(1));
      assertThat(store.prolong(lounge, Set.of(new Stay(new UserId("ann"), TestClock.START))))
          .isEqualTo(Prolonged.ALL);
      assertThat(store.expireDue()).isEmpty();
    }
  }

  @Test
  void onceASocketVouchesItDecidesAlsoAfterAJoinByRequest() {
    join("ann");
    store.join(lounge, profile("ann"), Claim.SOCKET, NO_LIMIT);
    // A client that refreshes by request while its socket lives does not outlive the socket by a
    // TTL, and is promised no more than that.
    assertThat(store.refresh(lounge, new UserId("ann"), Claim.REQUEST))
        .map(Refreshed::staysFor)
        .hasValue(SETTINGS.disconnectGrace());

    clock.advance(SOCKET_DEADLINE);

    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void whoLeftAndReturnedIsInAnotherStayThatNoOldSocketVouchesFor() {
    Stay first = Stay.of(join("ann"));
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    clock.advance(MOMENT);
    join("ann");

    assertThat(store.prolong(lounge, Set.of(first)).over()).containsExactly(first);
    store.release(lounge, first);
    clock.advance(TTL.minus(MOMENT));
    assertThat(store.expireDue()).isEmpty();
    clock.advance(MOMENT);
    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void oneUserIsInNoMoreChannelsThanAllowed() {
    for (int i = 0; i < SETTINGS.maxChannelsPerUser(); i++) {
      store.join(watched(), profile("ann"), Claim.REQUEST, NO_LIMIT);
    }
    ChannelId last = List.copyOf(store.channelsOf(new UserId("ann"))).getFirst();

    assertThat(store.join(lounge, profile("ann"), Claim.REQUEST, NO_LIMIT))
        .isEqualTo(new JoinOutcome.TooManyChannels(SETTINGS.maxChannelsPerUser()));
    assertThat(store.join(last, profile("ann"), Claim.REQUEST, NO_LIMIT))
        .isInstanceOf(JoinOutcome.AlreadyPresent.class);
    assertThat(usersIn(lounge)).isEmpty();

    store.leave(last, new UserId("ann"), LeaveReason.LEFT);
    join("ann");
    assertThat(store.channelsOf(new UserId("ann")))
        .hasSize(SETTINGS.maxChannelsPerUser())
        .contains(lounge);
  }

  @Test
  void aListenerThatBreaksCostsNobodyTheirExpiry() {
    boolean[] broken = {true};
    ChannelId music = new ChannelId("music");
    var _ =
        feed.follow(
            music,
            Listening.to(
                event -> {
                  if (broken[0] && event instanceof UserLeft) {
                    throw new IllegalStateException("on purpose");
                  }
                }));
    for (int user = 0; user < 3; user++) {
      store.join(music, profile("u" + user), Claim.SOCKET, NO_LIMIT);
    }
    clock.advance(SOCKET_DEADLINE);
    try {
      store.expireDue();
    } catch (IllegalStateException onPurpose) {
      broken[0] = false;
    }
    broken[0] = false;
    store.expireDue();

    assertThat(usersIn(music)).isEmpty();
  }

  @Test
  void aReleasedSocketEndsExactlyWithTheGrace() {
    store.join(lounge, profile("ann"), Claim.SOCKET, NO_LIMIT);
    store.release(lounge, new Stay(new UserId("ann"), TestClock.START));
    clock.advance(SETTINGS.disconnectGrace().minus(MOMENT));
    assertThat(store.expireDue()).isEmpty();

    clock.advance(MOMENT);

    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void aReleaseShortensNoRequestAndMakesNobodyPresent() {
    join("ann");
    store.release(lounge, new Stay(new UserId("ann"), TestClock.START));
    store.release(lounge, new Stay(new UserId("ghost"), TestClock.START));
    clock.advance(TTL.minus(MOMENT));

    assertThat(store.expireDue()).isEmpty();
    assertThat(usersIn(lounge)).containsExactly("ann");
  }

  @Test
  void aRequestInTheGraceAfterASocketDroppedHoldsForTheTtl() {
    store.join(lounge, profile("ann"), Claim.SOCKET, NO_LIMIT);
    store.release(lounge, new Stay(new UserId("ann"), TestClock.START));

    store.refresh(lounge, new UserId("ann"), Claim.REQUEST);

    clock.advance(TTL.minus(MOMENT));
    assertThat(store.expireDue()).isEmpty();
    clock.advance(MOMENT);
    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void expiryFindsEveryUserOfEveryChannelOnce() {
    List<ChannelId> channels = IntStream.range(0, 50).mapToObj(n -> watched()).toList();
    for (int user = 0; user < 1_000; user++) {
      store.join(channels.get(user % 50), profile("u" + user), Claim.SOCKET, NO_LIMIT);
    }
    events().clear();
    clock.advance(SOCKET_DEADLINE);

    assertThat(store.expireDue()).hasSize(1_000);
    assertThat(events()).hasSize(1_000);
    assertThat(new HashSet<>(events().stream().map(event -> event.user().id()).toList()))
        .hasSize(1_000);
    assertThat(store.census().activeUsers()).isZero();
  }

  @Test
  void theCensusCountsUsersByChannel() {
    join("ann");
    join("bob");
    store.join(watched(), profile("ann"), Claim.REQUEST, NO_LIMIT);

    assertThat(store.census().occupancies()).containsExactlyInAnyOrder(2, 1);
    assertThat(store.census().activeUsers()).isEqualTo(3);
  }

  // What replicas stand on

  @Test
  void theVersionAloneIsThatOfTheSnapshot() {
    assertThat(store.version(lounge)).isZero();
    join("ann");
    assertThat(store.version(lounge)).isEqualTo(store.snapshot(lounge).version());
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    assertThat(store.version(lounge)).isEqualTo(TestClock.START.toEpochMilli() + 1);
  }

  @Test
  void eachEventNamesTheVersionOfTheOneBefore() {
    List<Long> previous = new ArrayList<>();
    List<Long> versions = new ArrayList<>();
    ChannelId music = new ChannelId("music");
    var _ =
        feed.follow(
            music,
            new ChangeFeed.Listener() {
              @Override
              public void onChange(PresenceEvent event, long before) {
                previous.add(before);
                versions.add(event.version());
              }

              @Override
              public void onDoubt() {}
            });
    VoiceStateUpdate muted = VoiceStateUpdate.NONE.and(MUTED, true);
    store.join(music, profile("ann"), Claim.SOCKET, NO_LIMIT);
    store.update(music, new UserId("ann"), muted, Claim.SOCKET);
    store.join(music, profile("bob"), Claim.REQUEST, NO_LIMIT);
    store.leave(music, new UserId("bob"), LeaveReason.LEFT);
    clock.advance(SOCKET_DEADLINE);
    store.expireDue();
    store.join(music, profile("ann"), Claim.SOCKET, NO_LIMIT);
    settle.run();

    assertThat(versions).hasSize(6);
    assertThat(previous).startsWith(0L).hasSize(6);
    assertThat(previous.subList(1, 6)).isEqualTo(versions.subList(0, 5));
  }

  @Test
  void whoFollowedFromTheFirstChangeOnIsNeverTakenForBroken() {
    join("ann");
    long first = store.version(lounge);
    for (int i = 0; i < 5; i++) {
      clock.advance(Duration.ofSeconds(1));
      update("ann", VoiceStateUpdate.NONE.and(MUTED, i % 2 == 0));
      assertThat(store.snapshot(lounge).unbrokenSince()).isPositive().isLessThanOrEqualTo(first);
    }
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    assertThat(store.snapshot(lounge).unbrokenSince()).isLessThanOrEqualTo(first);
  }

  @Test
  void aReassertionOfOneWhoIsInRenewsSilently() {
    store.join(lounge, profile("ann"), Claim.SOCKET, NO_LIMIT);
    VoicePresenceUser ann = store.snapshot(lounge).users().getFirst();
    events().clear();
    clock.advance(SOCKET_DEADLINE.minus(MOMENT));

    assertThat(store.reassert(lounge, ann)).isTrue();

    clock.advance(SOCKET_DEADLINE.minus(MOMENT));
    assertThat(store.expireDue()).isEmpty();
    assertThat(events()).isEmpty();
    assertThat(store.snapshot(lounge).users()).containsExactly(ann);
    clock.advance(MOMENT);
    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void aReassertionBringsNobodyBackWhoLeft() {
    VoicePresenceUser ann = join("ann");
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    events().clear();

    assertThat(store.reassert(lounge, ann)).isFalse();

    assertThat(usersIn(lounge)).isEmpty();
    assertThat(store.channelsOf(new UserId("ann"))).isEmpty();
    assertThat(events()).isEmpty();
  }

  @Test
  void aReassertionOfAnEarlierStayChangesNothing() {
    VoicePresenceUser first = join("ann");
    store.leave(lounge, new UserId("ann"), LeaveReason.LEFT);
    clock.advance(MOMENT);
    VoicePresenceUser second = join("ann");
    events().clear();

    assertThat(store.reassert(lounge, first)).isFalse();

    assertThat(store.snapshot(lounge).users()).containsExactly(second);
    assertThat(events()).isEmpty();
  }

  // Races

  @Test
  void fiftyConcurrentJoinsAreOneJoined() throws Exception {
    for (int round = 0; round < ROUNDS / 50; round++) {
      ChannelId channel = watched();
      events().clear();
      concurrently(
          Collections.nCopies(
              50, () -> store.join(channel, profile("ann"), Claim.REQUEST, NO_LIMIT)));

      assertThat(events()).hasSize(1);
      assertThat(usersIn(channel)).containsExactly("ann");
    }
  }

  @Test
  void noneOfAHundredConcurrentPartialUpdatesIsLost() throws Exception {
    List<VoiceFlag> flags = List.of(VIDEO_ENABLED, SCREEN_SHARING, MUTED, DEAFENED);
    for (int round = 0; round < ROUNDS / 100; round++) {
      ChannelId channel = watched();
      store.join(channel, profile("ann"), Claim.REQUEST, NO_LIMIT);
      events().clear();
      concurrently(
          IntStream.range(0, 100)
              .<Callable<?>>mapToObj(
                  n ->
                      () ->
                          store.update(
                              channel,
                              new UserId("ann"),
                              VoiceStateUpdate.NONE.and(flags.get(n % 4), true),
                              Claim.REQUEST))
              .toList());

      VoiceState state = store.snapshot(channel).users().getFirst().state();
      assertThat(flags).allMatch(state::has);
      assertVersionsHaveNoGap(100);
    }
  }

  @Test
  void anUpdateRacingALeaveNeverFollowsItAndNeverResurrects() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      ChannelId channel = watched();
      store.join(channel, profile("ann"), Claim.REQUEST, NO_LIMIT);
      events().clear();
      concurrently(
          List.of(
              () -> store.leave(channel, new UserId("ann"), LeaveReason.LEFT),
              () ->
                  store.update(
                      channel,
                      new UserId("ann"),
                      VoiceStateUpdate.NONE.and(MUTED, true),
                      Claim.REQUEST),
              () -> store.refresh(channel, new UserId("ann"), Claim.SOCKET),
              () -> store.prolong(channel, Set.of(new Stay(new UserId("ann"), clock.now())))));

      assertThat(events().getLast()).isInstanceOf(UserLeft.class);
      assertThat(events().stream().filter(UserLeft.class::isInstance)).hasSize(1);
      assertThat(usersIn(channel)).isEmpty();
      assertThat(store.channelsOf(new UserId("ann"))).doesNotContain(channel);
    }
  }

  @Test
  void aRefreshRacingExpiryEitherKeepsTheUserOrComesTooLateNeverBoth() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      ChannelId channel = watched();
      store.join(channel, profile("ann"), Claim.REQUEST, NO_LIMIT);
      events().clear();
      clock.advance(TTL);
      List<Object> results =
          concurrently(
              List.of(
                  store::expireDue,
                  store::expireDue,
                  () -> store.refresh(channel, new UserId("ann"), Claim.REQUEST)));

      boolean kept = ((Optional<?>) results.get(2)).isPresent();
      assertThat(events()).hasSize(kept ? 0 : 1);
      assertThat(usersIn(channel)).hasSize(kept ? 1 : 0);
      store.leave(channel, new UserId("ann"), LeaveReason.LEFT);
    }
  }

  @Test
  void severalSweepersAnnounceEachExpiryOnce() throws Exception {
    for (int round = 0; round < ROUNDS / 100; round++) {
      ChannelId channel = watched();
      for (int user = 0; user < 100; user++) {
        store.join(channel, profile("u" + user), Claim.SOCKET, NO_LIMIT);
      }
      events().clear();
      clock.advance(SOCKET_DEADLINE);
      List<Object> counts = concurrently(Collections.nCopies(3, store::expireDue));

      assertThat(counts.stream().mapToInt(announced -> ((List<?>) announced).size()).sum())
          .isEqualTo(100);
      assertVersionsHaveNoGap(100);
    }
  }

  @Test
  void joinsAndLeavesOfManyUsersKeepIndexAndSnapshotTogether() throws Exception {
    for (int round = 0; round < ROUNDS / 30; round++) {
      ChannelId channel = watched();
      events().clear();
      concurrently(
          IntStream.range(0, 30)
              .<Callable<?>>mapToObj(
                  n ->
                      () -> {
                        String name = "u" + n % 10;
                        return n % 3 == 0
                            ? store.leave(channel, new UserId(name), LeaveReason.LEFT)
                            : store.join(channel, profile(name), Claim.REQUEST, NO_LIMIT);
                      })
              .toList());

      List<String> replayed = new ArrayList<>();
      for (PresenceEvent event : List.copyOf(events())) {
        String name = event.user().id().value();
        if (event instanceof UserJoined) {
          assertThat(replayed).doesNotContain(name);
          replayed.add(name);
        } else {
          assertThat(replayed).contains(name);
          replayed.remove(name);
        }
      }
      assertThat(usersIn(channel)).containsExactlyInAnyOrderElementsOf(replayed);
      for (int n = 0; n < 10; n++) {
        assertThat(store.channelsOf(new UserId("u" + n)).contains(channel))
            .isEqualTo(replayed.contains("u" + n));
      }
    }
  }

  /** What the feed brought. */
  private List<PresenceEvent> events() {
    settle.run();
    return events;
  }

  /** A channel of its own for each test or round, with its events recorded. */
  private ChannelId watched() {
    ChannelId channel = new ChannelId("channel-" + channelNumber.incrementAndGet());
    var _ = feed.follow(channel, Listening.to(events::add));
    return channel;
  }

  private VoicePresenceUser join(String name) {
    return ((JoinOutcome.Joined) store.join(lounge, profile(name), Claim.REQUEST, NO_LIMIT)).user();
  }

  private VoicePresenceUser update(String name, VoiceStateUpdate updates) {
    UpdateOutcome outcome = store.update(lounge, new UserId(name), updates, Claim.REQUEST);
    return ((UpdateOutcome.Updated) outcome).user();
  }

  private List<String> usersIn(ChannelId channel) {
    return store.snapshot(channel).users().stream().map(user -> user.id().value()).toList();
  }

  private void assertVersionsHaveNoGap(int count) {
    List<Long> versions = events().stream().map(PresenceEvent::version).toList();
    assertThat(versions).hasSize(count);
    for (int i = 1; i < count; i++) {
      assertThat(versions.get(i)).isEqualTo(versions.get(i - 1) + 1);
    }
  }

  private static Profile profile(String name) {
    return new Profile(new UserId(name), name, Optional.empty(), Optional.empty());
  }

  /** Runs all steps at once, each on a thread of its own, and gives their results. */
  private static List<Object> concurrently(List<? extends Callable<?>> steps) throws Exception {
    CyclicBarrier start = new CyclicBarrier(steps.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Object>> running = new ArrayList<>();
      for (Callable<?> step : steps) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return step.call();
                }));
      }
      List<Object> results = new ArrayList<>();
      for (Future<Object> result : running) {
        results.add(result.get());
      }
      return results;
    }
  }
}
