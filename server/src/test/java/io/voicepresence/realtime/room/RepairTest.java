package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.realtime.Eventually;
import io.voicepresence.realtime.NoLeaks;
import io.voicepresence.realtime.room.ScriptedStore.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class RepairTest {
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static final int ROUNDS = 3_000;

  /** One tick is a whole round of the audit. */
  private static final RepairSettings VERSIONS =
      new RepairSettings(
          Duration.ofSeconds(3), Duration.ofMillis(100), false, Duration.ofSeconds(1));

  private static final RepairSettings WHOLE =
      new RepairSettings(VERSIONS.settle(), VERSIONS.audit(), true, VERSIONS.secondLook());

  private ScriptedStore script;
  private Rooms rooms;
  private Replay client;

  /** What the nodes do while a replica waits for them. */
  private volatile Runnable whileSettling = () -> {};

  @BeforeEach
  void start() {
    open(VERSIONS);
  }

  @AfterEach
  void stop() {
    client.end();
    rooms.close();
  }

  @AfterAll
  static void stopLoops() throws Exception {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).get();
  }

  @Test
  void aLostEventIsToldWithTheNextOne() {
    script.join("ann");
    lost(() -> script.join("bob"));
    lost(() -> script.mute("ann", true));
    script.join("cid");

    converge();
    assertThat(client.events())
        .containsExactly("JOINED ann", "JOINED bob", "JOINED cid", "UPDATED ann");
    assertThat(rooms.repairs()).isEqualTo(1);
    assertThat(rooms.corrections()).isEqualTo(3);
  }

  @Test
  void aLostLastEventIsFoundByTheAudit() {
    script.join("ann");
    lost(() -> script.leave("ann"));
    assertThat(client.events()).containsExactly("JOINED ann");

    rooms.auditTick();

    converge();
    assertThat(client.events()).containsExactly("JOINED ann", "LEFT ann");
    assertThat(rooms.auditFindings()).isEqualTo(1);
  }

  @Test
  void aUserIsNeverToldToJoinTwiceWithoutHavingLeft() {
    script.join("ann");
    // The new stay follows on the version of the old one, whose end left no trace.
    script.writtenByOthers(() -> script.leave("ann"));
    script.join("ann");

    converge();
    assertThat(client.events()).containsExactly("JOINED ann", "LEFT ann", "JOINED ann");
    assertThat(rooms.repairs()).isEqualTo(1);
  }

  @Test
  void aDuplicateIsIgnoredWithoutALookAtTheStore() {
    int before = script.snapshots();
    script.fate = () -> Fate.COMES_TWICE;
    script.join("ann");
    script.leave("ann");

    assertThat(client.events()).containsExactly("JOINED ann", "LEFT ann");
    assertThat(script.snapshots()).isEqualTo(before);
  }

  @Test
  void eventsThatComeInAnotherOrderEndInTheSameState() {
    script.join("ann");
    script.fate = () -> Fate.COMES_AFTER_THE_NEXT;
    script.mute("ann", true);
    script.fate = () -> Fate.COMES;
    script.mute("ann", false);

    converge();
    assertThat(client.events()).startsWith("JOINED ann");
  }

  @Test
  void nobodyIsToldOfADepartureWhoWasNeverShownTheUser() {
    script.writtenByOthers(() -> script.join("ann"));
    script.leave("ann");
    script.join("bob");

    converge();
    assertThat(client.events()).containsExactly("JOINED bob");
    assertThat(rooms.repairs()).isZero();
  }

  @Test
  void aDoubtWithNothingLostIsSilent() {
    script.join("ann");
    long version = client.version();

    script.doubt();

    repaired(1);
    assertThat(client.events()).containsExactly("JOINED ann");
    assertThat(client.version()).isEqualTo(version);
  }

  @Test
  void aDoubtDuringARepairHasItLookOnceMore() {
    script.join("ann");
    script.whileReading =
        () -> {
          script.whileReading = () -> {};
          lost(() -> script.join("bob"));
          script.doubt();
        };

    script.doubt();

    repaired(1);
    assertThat(client.events()).containsExactly("JOINED ann", "JOINED bob");
  }

  @Test
  void usersWhoAreReassertedInTimeNeverWent() {
    VoicePresenceUser ann = script.join("ann");
    VoicePresenceUser bob = script.join("bob");
    ChannelSnapshot before = script.snapshot();
    List<Boolean> shown = new ArrayList<>();
    whileSettling =
        () -> {
          Replay newcomer = new Replay(LOOPS.next(), rooms).watch();
          shown.add(newcomer.shows(before));
          newcomer.end();
          script.reassert(bob);
        };
    script.lose();
    script.reassert(ann);

    repaired(1);
    assertThat(client.events()).containsExactly("JOINED ann", "JOINED bob");
    assertThat(rooms.settles()).isEqualTo(1);
    assertThat(shown).containsExactly(true);

    script.join("cid");
    converge();
    assertThat(client.events()).containsExactly("JOINED ann", "JOINED bob", "JOINED cid");
  }

  @Test
  void aSecondLossDuringTheSettleHasItBeginAnew() {
    VoicePresenceUser ann = script.join("ann");
    Runnable lose =
        () -> {
          script.lose();
          script.join("bob");
        };
    List<Runnable> meanwhile =
        new ArrayList<>(
            List.of(
                () -> {
                  script.reassert(ann);
                  lose.run();
                },
                () -> script.reassert(ann)));
    whileSettling = () -> meanwhile.removeFirst().run();

    lose.run();

    converge();
    assertThat(client.events()).containsExactly("JOINED ann", "JOINED bob");
    assertThat(meanwhile).isEmpty();
  }

  @Test
  void whomNobodyReassertsLeavesOnceAfterTheSettle() {
    VoicePresenceUser ann = script.join("ann");
    script.join("bob");
    script.join("cid");
    List<Integer> told = new ArrayList<>();
    whileSettling = () -> told.add(client.events().size());
    script.lose();
    script.reassert(ann);

    converge();
    assertThat(client.events().subList(3, 5)).containsExactly("LEFT bob", "LEFT cid");
    assertThat(told).containsExactly(3);
    repaired(1);
  }

  @Test
  void wholeChannelsThatAreLostAreToldThroughTheStore() {
    script.join("ann");
    script.join("bob");
    script.lose();

    script.doubt();

    converge();
    Eventually.that(() -> client.events().size() == 4);
    assertThat(client.events().subList(2, 4)).containsExactly("LEFT ann", "LEFT bob");
    assertThat(rooms.settles()).isEqualTo(1);
    assertThat(script.snapshot().version()).isEqualTo(client.version());
  }

  @Test
  void aReassertionThatFollowsOnTheVersionIsTakenOverInSilence() {
    VoicePresenceUser ann = script.join("ann");
    script.writtenByOthers(() -> script.leave("ann"));

    script.reassert(ann);
    script.mute("ann", true);

    assertThat(client.events()).containsExactly("JOINED ann", "UPDATED ann");
    assertThat(client.version()).isEqualTo(script.snapshot().version());
    assertThat(rooms.repairs()).isZero();
  }

  @Test
  void whatAnotherBackendWritesIsToldByTheFullComparison() {
    stop();
    open(WHOLE);
    script.join("ann");
    script.writtenByOthers(
        () -> {
          script.mute("ann", true);
          script.join("bob");
        });
    assertThat(client.events()).containsExactly("JOINED ann");

    rooms.auditTick();

    Eventually.that(() -> client.events().size() == 3);
    assertThat(client.events()).containsExactly("JOINED ann", "JOINED bob", "UPDATED ann");
    converge();
  }

  @Test
  void whoeverAnnouncesFirstEachDifferenceIsToldOnce() {
    stop();
    open(WHOLE);
    script.join("ann");
    script.writtenByOthers(() -> script.leave("ann"));
    script.beforeAnnouncing =
        () -> {
          script.beforeAnnouncing = () -> {};
          script.join("bob");
        };

    rooms.auditTick();

    converge();
    assertThat(client.events()).containsExactlyInAnyOrder("JOINED ann", "LEFT ann", "JOINED bob");
  }

  @Test
  void aStoreOutOfReachIsAskedAgainWhileTheReplicaAnswers() {
    VoicePresenceUser ann = script.join("ann");
    script.down = true;
    lost(() -> script.leave("ann"));
    script.join("bob");

    Replay second = new Replay(LOOPS.next(), rooms).watch();
    assertThat(rooms.lastSeen(ScriptedStore.LOUNGE, new UserId("ann"))).contains(ann);
    assertThat(second.version()).isEqualTo(client.version());
    assertThat(rooms.repairs()).isZero();

    script.down = false;
    converge();
    assertThat(client.events()).containsExactly("JOINED ann", "LEFT ann", "JOINED bob");
    assertThat(second.events()).containsExactly("LEFT ann", "JOINED bob");
    second.end();
  }

  @Test
  void changesOfAStoreThatFellBackAreNotTakenForDuplicates() {
    script.join("ann");
    script.join("bob");
    script.fallBack(1);
    script.doubt();
    repaired(1);

    script.leave("bob");

    converge();
    assertThat(client.events()).containsExactly("JOINED ann", "JOINED bob", "LEFT bob");
  }

  @Test
  void moreEventsThanARepairKeepsAreMadeGoodByTheSnapshot() {
    script.join("ann");
    script.down = true;
    script.doubt();
    for (int i = 0; i < FollowedReplica.MAX_KEPT * 2; i++) {
      script.mute("ann", i % 2 == 0);
    }
    script.down = false;

    converge();
    script.leave("ann");
    converge();
    assertThat(client.events()).endsWith("LEFT ann");
  }

  @Test
  void whateverIsLostOrRepeatedTheReplayEndsAsTheSnapshot() {
    Random seeds = new Random(20261122);
    for (int round = 0; round < ROUNDS; round++) {
      stop();
      open(VERSIONS);
      Random random = new Random(seeds.nextLong());
      List<VoicePresenceUser> sockets = new ArrayList<>();
      whileSettling = () -> sockets.forEach(script::reassert);
      List<Fate> fates = List.of(Fate.values());
      script.fate = () -> random.nextBoolean() ? Fate.COMES : fates.get(random.nextInt(4));
      for (int step = 0; step < 30; step++) {
        change(random, sockets);
      }
      script.fate = () -> Fate.COMES;
      script.down = false;
      try {
        converge();
      } catch (AssertionError apart) {
        throw new AssertionError("round " + round + ": " + client.events(), apart);
      }
      assertThat(client.events()).isNotNull();
    }
  }

  private void change(Random random, List<VoicePresenceUser> sockets) {
    String name = "u" + random.nextInt(4);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> script.join(name);
      case 3, 4 -> script.leave(name);
      case 5, 6, 7 -> script.mute(name, random.nextBoolean());
      case 8 -> script.doubt();
      case 9 -> script.down = !script.down;
      case 10 -> LockSupport.parkNanos(20_000);
      default -> {
        script.snapshot().users().stream().filter(_ -> random.nextBoolean()).forEach(sockets::add);
        script.lose();
      }
    }
  }

  private void lost(Runnable change) {
    script.fate = () -> Fate.IS_LOST;
    change.run();
    script.fate = () -> Fate.COMES;
  }

  /** Waits until client and replica have what the store has, with the audit going on. */
  private void converge() {
    Eventually.that(
        () -> {
          rooms.auditTick();
          return client.shows(script.snapshot()) && replicaIsAtVersion();
        });
  }

  /** A store without a version and without users is what the replica of an empty channel shows. */
  private boolean replicaIsAtVersion() {
    Replay newcomer = new Replay(LOOPS.next(), rooms).watch();
    long version = newcomer.version();
    newcomer.end();
    ChannelSnapshot truth = script.snapshot();
    return version == truth.version() || (truth.version() == 0 && truth.users().isEmpty());
  }

  private void repaired(int times) {
    Eventually.that(() -> rooms.repairs() == times);
  }

  private void open(RepairSettings settings) {
    script = new ScriptedStore();
    rooms = new Rooms(script.store(), script, EventEncoder.constantNames(), settings, this::sleep);
    client = new Replay(LOOPS.next(), rooms).watch();
  }

  private void sleep(Duration time) throws InterruptedException {
    if (time.compareTo(VERSIONS.settle().dividedBy(2)) >= 0) {
      whileSettling.run();
    }
    Thread.sleep(Duration.ofNanos(100_000));
  }
}
