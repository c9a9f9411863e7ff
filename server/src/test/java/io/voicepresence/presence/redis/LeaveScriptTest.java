package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveOutcome;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LeaveScriptTest extends ScriptTest {
  @Test
  void nothingStaysThatDoesNotEndByItself() {
    join("ann", Claim.SOCKET);

    store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    call("ZADD", "voice_presence:due:0", "0", "lounge");
    store.expireDue();

    assertThat(keys()).containsExactly(VERSION, "voice_presence:left:lounge:ann");
    assertThat(keys()).allMatch(key -> number("TTL", key) > 0);
  }

  @Test
  void oneOfAnotherBackendLeavesWithAllThatIsStored() {
    foreignJoin("ann", FOREIGN_ANN);
    listen();

    assertThat(store.leave(LOUNGE, ANN, LeaveReason.MEDIA)).isInstanceOf(LeaveOutcome.Left.class);
    assertThat(store.leave(LOUNGE, ANN, LeaveReason.LEFT)).isInstanceOf(LeaveOutcome.Absent.class);

    assertThat(chained()).containsExactly("left media " + FOREIGN_ANN);
  }

  @Test
  void whomTheOtherBackendTookOutIsMissedByThoseWhoWatch() {
    join("ann", Claim.SOCKET);
    foreignLeave("ann");
    listen();

    assertThat(store.leave(LOUNGE, ANN, LeaveReason.LEFT)).isInstanceOf(LeaveOutcome.Absent.class);

    assertThat(chained()).containsExactly("changed - ");
  }

  @Test
  void whoLeavesAfterTheStoreLostEverythingIsNotBroughtBack() {
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);
    call("FLUSHALL");

    store.leave(LOUNGE, ANN, LeaveReason.LEFT);

    assertThat(store.prolong(LOUNGE, List.of(Stay.of(ann))).over()).containsExactly(Stay.of(ann));
    assertThat(store.reassert(LOUNGE, ann)).isFalse();
    assertThat(store.snapshot(LOUNGE).users()).isEmpty();
  }

  @Test
  void anotherBackendsWayToWriteAMomentDoesNotBringAnybodyBack() {
    for (String joinedAt :
        List.of("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.6789Z", "2026-01-02T01:04:05-02:00")) {
      call("FLUSHALL");
      String json =
          FOREIGN_ANN.replace("{\"isMuted\":1}", "{\"joinedAt\":\"1999-01-01T00:00:00.000Z\"}");
      foreignJoin(
          "ann",
          "{\"x\":{\"joinedAt\":\"1999-01-01T00:00:00.000Z\"},"
              + json.substring(1).replace("2026-01-02T03:04:05.678Z", joinedAt));
      VoicePresenceUser ann = joined("ann", Claim.SOCKET);

      store.leave(LOUNGE, ANN, LeaveReason.LEFT);

      assertThat(store.prolong(LOUNGE, List.of(Stay.of(ann))).over()).hasSize(1);
      assertThat(store.reassert(LOUNGE, ann)).isFalse();
    }
  }

  @Test
  void anIndexOfAWrongTypeDoesNotEndADepartureHalfWay() {
    join("ann", Claim.REQUEST);
    call("SET", "voice_presence:user_channels:ann", "x");
    listen();

    assertThat(store.leave(LOUNGE, ANN, LeaveReason.LEFT)).isInstanceOf(LeaveOutcome.Left.class);

    assertThat(chained()).hasSize(1);
  }

  @Test
  void onClusterAnIndexOutOfReachDoesNotHideThatTheUserLeft() {
    RedisCommands cluster = UnreachableKeys.of(redis.commands(), "nothing", true);
    RedisCommands partly =
        UnreachableKeys.of(redis.commands(), "voice_presence:user_channels:", true);
    new RedisPresenceStore(cluster, UnheldScripts.on(cluster, SETTINGS), SETTINGS)
        .join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    RedisPresenceStore store =
        new RedisPresenceStore(partly, UnheldScripts.on(partly, SETTINGS), SETTINGS);

    assertThat(store.leave(LOUNGE, ANN, LeaveReason.LEFT)).isInstanceOf(LeaveOutcome.Left.class);
  }
}
