package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.Prolonged;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProlongScriptTest extends ScriptTest {
  private static final int MANY = 1_200;

  @Test
  void anIndexOutOfReachHidesNobodysLoss() {
    Stay stay = Stay.of(joined("ann", Claim.SOCKET));
    call("FLUSHALL");
    RedisPresenceStore unindexed =
        new RedisPresenceStore(
            UnreachableKeys.of(redis.commands(), "voice_presence:due:", false), scripts, SETTINGS);

    assertThat(unindexed.prolong(LOUNGE, List.of(stay)).lost()).containsExactly(stay);
  }

  @Test
  void tellsKeptOverAndLostApartAmongManyAtOnce() {
    List<Stay> stays =
        IntStream.range(0, MANY).mapToObj(i -> Stay.of(joined("u" + i, Claim.SOCKET))).toList();
    List<Stay> over = new ArrayList<>();
    List<Stay> lost = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String id = "u" + i;
      switch (i % 6) {
        case 0 -> {
          store.leave(LOUNGE, new UserId(id), LeaveReason.LEFT);
          over.add(stays.get(i));
        }
        case 1 -> {
          foreignLeave(id);
          over.add(stays.get(i));
        }
        case 2 -> {
          foreignLeave(id);
          call("ZREM", DEADLINES, id);
          lost.add(stays.get(i));
        }
        case 3 -> {
          call("SREM", MEMBERS, id);
          lost.add(stays.get(i));
        }
        default -> {}
      }
    }

    Prolonged prolonged = store.prolong(LOUNGE, stays);

    assertThat(prolonged.over()).containsExactlyInAnyOrderElementsOf(over);
    assertThat(prolonged.lost()).containsExactlyInAnyOrderElementsOf(lost);
  }

  @Test
  void whatAnotherBackendWritesOverALiveSocketsUserDoesNotEndTheStay() {
    Stay stay = Stay.of(joined("ann", Claim.SOCKET));
    call("SET", ANN_KEY, FOREIGN_ANN, "EX", "10");

    assertThat(store.prolong(LOUNGE, List.of(stay)).absent()).isEmpty();

    assertThat(text("GET", ANN_KEY)).isEqualTo(FOREIGN_ANN);
    assertThat(number("TTL", ANN_KEY)).isEqualTo(300);
  }

  @Test
  void aKeyOutlivesTheDeadlineAlsoWhereTheTtlIsShort() {
    PresenceSettings brief = new PresenceSettings(Duration.ofSeconds(5), Duration.ofSeconds(20), 9);
    RedisPresenceStore other = new RedisPresenceStore(redis.commands(), newScripts(brief), brief);
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);
    call("PEXPIRE", ANN_KEY, "20000");

    other.prolong(LOUNGE, List.of(Stay.of(ann)));

    assertThat((double) number("PEXPIRETIME", ANN_KEY))
        .isGreaterThan(Double.parseDouble(text("ZSCORE", DEADLINES, "ann")));
  }

  @Test
  void createsNothing() {
    Stay never = new Stay(ANN, Instant.EPOCH);

    assertThat(store.prolong(LOUNGE, List.of(never)).lost()).containsExactly(never);

    assertThat(keys()).containsExactly("voice_presence:due:0");
  }
}
