package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.JoinOutcome;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.redis.server.Await;
import java.util.List;
import java.util.OptionalInt;
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

  private static RedisPresenceStore without(String keys) {
    return on(UnreachableKeys.of(redis.commands(), keys, true));
  }

  private static RedisPresenceStore on(RedisCommands commands) {
    return new RedisPresenceStore(commands, UnheldScripts.on(commands, SETTINGS), SETTINGS);
  }
}
