package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.JoinOutcome;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.redis.server.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is left of a Cluster when the servers of its indexes are out of reach, and the channel's
 * not.
 */
class OtherServerIndexesTest extends ScriptTest {
  private static final String USERS = "voice_presence:user_channels:";
  private static final String DUE = "voice_presence:due:";
  private static final RedisKeys CLUSTER = new RedisKeys(true);

  @ParameterizedTest
  @ValueSource(strings = {USERS, DUE})
  void aChannelGoesOnWithoutTheServerOfAnIndex(String index) {
    RedisPresenceStore store = without(index);

    assertThat(store.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty()))
        .isInstanceOf(JoinOutcome.Joined.class);
    assertThat(store.refresh(LOUNGE, ANN, Claim.REQUEST)).isPresent();
    VoicePresenceUser ann = store.snapshot(LOUNGE).users().getFirst();
    assertThat(store.reassert(LOUNGE, ann)).isTrue();
    long version = store.version(LOUNGE);
    assertThat(store.announce(LOUNGE, version, List.of(new UserJoined(LOUNGE, ann, version + 1))))
        .isTrue();
    assertThat(store.leave(LOUNGE, ANN, LeaveReason.LEFT)).isNotNull();
    assertThat(store.snapshot(LOUNGE).users()).isEmpty();
  }

  @Test
  void whatTheNodeOwesIsEnteredWhenTheServerIsBack() {
    UnreachableKeys commands = UnreachableKeys.of(redis.commands(), USERS, true);
    RedisPresenceStore store = on(commands);
    store.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    RedisPresenceStore other = without("nothing");
    assertThat(other.channelsOf(ANN)).isEmpty();
    commands.mend();

    var _ = store.expireDue();

    assertThat(other.channelsOf(ANN)).containsExactly(LOUNGE);
  }

  @Test
  void theNodeThatOwesAnEntryReadsAsIfItStoodThere() {
    UnreachableKeys commands = UnreachableKeys.of(redis.commands(), USERS, true);
    RedisPresenceStore store = on(commands);
    store.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    commands.mend();

    assertThat(store.channelsOf(ANN)).containsExactly(LOUNGE);
  }

  @Test
  void whoseTimePassedWhileTheIndexWasAwayLeavesWhenItIsBack() {
    UnreachableKeys commands = UnreachableKeys.of(redis.commands(), DUE, true);
    RedisPresenceStore store = on(commands);
    store.join(LOUNGE, profile("ann"), Claim.SOCKET, OptionalInt.empty());
    call("ZADD", "voice_presence:channel:{lounge}:deadlines", (now() - 1_000) + ".5", "ann");
    commands.mend();

    assertThat(store.expireDue()).extracting(left -> left.user().id()).containsExactly(ANN);
  }

  @Test
  void anOwedEntryMeetsAValueOfAnotherTypeAndReplacesIt() {
    UnreachableKeys commands = UnreachableKeys.of(redis.commands(), USERS, true);
    RedisPresenceStore store = on(commands);
    store.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    call("SET", USERS + "ann", "no set");
    commands.mend();

    var _ = store.expireDue();

    assertThat(list("SMEMBERS", USERS + "ann")).containsExactly("lounge");
  }

  @Test
  void aRefreshEntersWhatItsNodeDidNotLiveToEnter() {
    without(USERS).join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    RedisPresenceStore whole = without("nothing");
    assertThat(whole.channelsOf(ANN)).isEmpty();

    assertThat(whole.refresh(LOUNGE, ANN, Claim.REQUEST)).isPresent();

    Await.until("the entry", () -> whole.channelsOf(ANN), channels -> channels.contains(LOUNGE));
  }

  @Test
  void aUserIndexThatWasLostIsThereAgainForALiveSocketsUser() {
    RedisPresenceStore node = without("nothing");
    node.join(LOUNGE, profile("ann"), Claim.SOCKET, OptionalInt.empty());
    VoicePresenceUser ann = node.snapshot(LOUNGE).users().getFirst();
    call("DEL", USERS + "ann"); // its server came back empty, or fell back

    for (int round = 0; round < 10; round++) {
      assertThat(node.prolong(LOUNGE, Set.of(Stay.of(ann))).absent()).isEmpty();
    }

    assertThat(node.channelsOf(ANN)).containsExactly(LOUNGE); // what a logout leaves
  }

  @Test
  void whoIsRefusedByAFullChannelLeavesNoTrace() {
    RedisPresenceStore node = without("nothing");
    node.join(LOUNGE, profile("bob"), Claim.REQUEST, OptionalInt.of(1));

    node.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.of(1));

    assertThat(list("SMEMBERS", USERS + "ann")).isEmpty();
  }

  @Test
  void whoCameAndWentWhileTheIndexWasAwayLeavesNoTrace() {
    UnreachableKeys commands = UnreachableKeys.of(redis.commands(), USERS, true);
    RedisPresenceStore node = on(commands);
    node.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    node.leave(LOUNGE, ANN, LeaveReason.LEFT);
    commands.mend();

    var _ = node.expireDue();

    assertThat(list("SMEMBERS", USERS + "ann")).isEmpty();
  }

  @Test
  void whoWentWhileTheIndexWasAwayLeavesNoTrace() {
    UnreachableKeys commands = UnreachableKeys.of(redis.commands(), USERS, true);
    without("nothing").join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    RedisPresenceStore node = on(commands);
    node.leave(LOUNGE, ANN, LeaveReason.LEFT);
    commands.mend();

    var _ = node.expireDue();

    assertThat(list("SMEMBERS", USERS + "ann")).isEmpty();
  }

  @Test
  void anEntryThatIsOwedIsTriedOnceARound() {
    List<String> sent = new ArrayList<>();
    RedisPresenceStore node =
        on(
            new HookedCommands(redis.commands()) {
              @Override
              public <T> CompletableFuture<T> send(
                  String key,
                  Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
                if (key.startsWith(USERS)) {
                  sent.add(key);
                  return CompletableFuture.failedFuture(Unavailable.tooLate());
                }
                return redis.commands().send(key, command);
              }
            });
    for (int i = 0; i < 4; i++) {
      node.join(LOUNGE, profile("u" + i), Claim.REQUEST, OptionalInt.empty());
    }
    sent.clear();

    node.expireDue();

    assertThat(sent).hasSize(4);
  }

  @Test
  void aDueIndexThatWasLostKeepsNobodysDepartureBack() {
    RedisPresenceStore node = without("nothing");
    node.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty()); // and never refreshes
    awaitWhatWasSent(); // the join's entry does not come after this
    call("DEL", CLUSTER.due(LOUNGE)); // its server came back empty, or fell back
    call("ZADD", CLUSTER.deadlines(LOUNGE), Long.toString(now() - 1_000), "ann");
    call("PEXPIRE", CLUSTER.user(LOUNGE, ANN), "400");

    int left = 0;
    for (int round = 0; round < 10; round++) {
      left += node.expireDue().size();
      assertThat(node.snapshot(LOUNGE)).isNotNull(); // watched, audited
    }

    assertThat(left).isEqualTo(1);
  }

  @Test
  void theServerOfAnIndexThatHangsHoldsNoProlongingUp() throws Exception {
    boolean[] hangs = {false};
    RedisPresenceStore node =
        on(
            new HookedCommands(redis.commands()) {
              @Override
              public <T> CompletableFuture<T> send(
                  String key,
                  Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
                return hangs[0] && key.equals(CLUSTER.due(LOUNGE))
                    ? new CompletableFuture<>()
                    : redis.commands().send(key, command);
              }
            });
    node.join(LOUNGE, profile("ann"), Claim.SOCKET, OptionalInt.empty());
    Stay ann = Stay.of(node.snapshot(LOUNGE).users().getFirst());
    hangs[0] = true;

    Thread round = Thread.ofVirtual().start(() -> node.prolong(LOUNGE, Set.of(ann)));

    assertThat(round.join(Duration.ofMillis(900))).isTrue();
  }

  @Test
  void aJoinWaitsButBrieflyForTheServerOfAnIndexThatHangs() throws Exception {
    boolean[] hangs = {false};
    RedisPresenceStore node = on(hanging(USERS, hangs));
    node.join(LOUNGE, profile("bob"), Claim.SOCKET, OptionalInt.empty());
    hangs[0] = true;

    Thread join =
        Thread.ofVirtual()
            .start(() -> node.join(LOUNGE, profile("ann"), Claim.SOCKET, OptionalInt.empty()));

    assertThat(join.join(Duration.ofMillis(900))).isTrue();
    assertThat(node.snapshot(LOUNGE).users()).hasSize(2);
  }

  @Test
  void theNodeThatOwesAnEntryAnswersNothingRatherThanTooLittle() {
    AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);
    RedisPresenceStore node =
        on(
            new HookedCommands(redis.commands()) {
              @Override
              public <T> CompletableFuture<T> send(
                  String key,
                  Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
                return key.startsWith(USERS) && failures.getAndDecrement() > 0
                    ? CompletableFuture.failedFuture(Unavailable.outOfReach())
                    : redis.commands().send(key, command);
              }
            });
    node.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());

    failures.set(1); // the entry once more, and not the read after it
    assertThatThrownBy(() -> node.channelsOf(ANN)).isInstanceOf(RequestException.class);

    assertThat(node.channelsOf(ANN)).containsExactly(LOUNGE);
  }

  @Test
  void whatCannotBeSettledKeepsNothingElseBack() {
    boolean[] away = {true};
    RedisPresenceStore node =
        on(
            new HookedCommands(redis.commands()) {
              @Override
              public <T> CompletableFuture<T> send(
                  String key,
                  Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
                boolean fails = key.startsWith(USERS) && (away[0] || !key.equals(USERS + "zoe"));
                return fails
                    ? CompletableFuture.failedFuture(Unavailable.outOfReach())
                    : redis.commands().send(key, command);
              }
            });
    for (int i = 0; i < 250; i++) {
      node.join(LOUNGE, profile("u" + i), Claim.REQUEST, OptionalInt.empty());
    }
    node.join(LOUNGE, profile("zoe"), Claim.REQUEST, OptionalInt.empty());
    away[0] = false;

    node.expireDue(); // the first two hundred come to nothing
    node.expireDue();

    assertThat(list("SMEMBERS", USERS + "zoe")).containsExactly("lounge");
  }

  private static void awaitWhatWasSent() {
    assertThat(redis.commands().send(DUE, c -> c.exists(DUE)).join()).isZero();
  }

  private static RedisCommands hanging(String prefix, boolean[] hangs) {
    return new HookedCommands(redis.commands()) {
      @Override
      public <T> CompletableFuture<T> send(
          String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        return hangs[0] && key.startsWith(prefix)
            ? new CompletableFuture<>()
            : redis.commands().send(key, command);
      }
    };
  }

  private static RedisPresenceStore without(String keys) {
    return on(UnreachableKeys.of(redis.commands(), keys, true));
  }

  private static RedisPresenceStore on(RedisCommands commands) {
    return new RedisPresenceStore(commands, UnheldScripts.on(commands, SETTINGS), SETTINGS);
  }
}
