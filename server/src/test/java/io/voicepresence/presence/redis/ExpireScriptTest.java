package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpireScriptTest extends ScriptTest {
  private static final int MANY = 250;

  @Test
  void takesOutAnyNumberAtOnceAndLeavesNothing() {
    for (int i = 0; i < MANY; i++) {
      join("u" + i, Claim.SOCKET);
    }
    for (int i = 0; i < MANY; i++) {
      pass("u" + i);
    }
    listen();

    List<UserLeft> left = store.expireDue();

    assertThat(left).hasSize(MANY);
    assertThat(chained()).hasSize(MANY).allMatch(message -> message.startsWith("left expired {"));
    assertThat(keys()).containsExactly(VERSION);
    assertThat(number("TTL", VERSION)).isBetween(3_590L, 3_600L);
  }

  @Test
  void anotherBackendsRefreshKeepsAUserOfARequest() {
    join("ann", Claim.REQUEST);
    call("ZADD", DEADLINES, Long.toString(now() - 10), "ann");
    call("ZADD", "voice_presence:due:0", "0", "lounge");
    call("EXPIRE", ANN_KEY, "100");

    assertThat(store.expireDue()).isEmpty();

    assertThat(Double.parseDouble(text("ZSCORE", DEADLINES, "ann")))
        .isBetween(now() + 90_000.0, now() + 100_000.0);
  }

  @Test
  void anotherBackendsRefreshDoesNotKeepOneOfADeadSocket() {
    join("ann", Claim.SOCKET);
    pass("ann");
    call("EXPIRE", ANN_KEY, "100");

    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void whoIsGoneInSilenceIsMissedByThoseWhoWatch() {
    join("ann", Claim.SOCKET);
    pass("ann");
    foreignLeave("ann");
    listen();

    assertThat(store.expireDue()).isEmpty();

    assertThat(chained()).containsExactly("changed - ");
    assertThat(number("EXISTS", DEADLINES)).isZero();
  }

  @Test
  void valuesOfAWrongTypeHoldNobodyUp() {
    join("ann", Claim.SOCKET);
    pass("ann");
    call("SET", "voice_presence:user_channels:ann", "x");
    call("DEL", MEMBERS);
    call("SET", MEMBERS, "x");

    assertThat(store.expireDue()).hasSize(1);
    call("SET", "voice_presence:due:0", "x");
    assertThat(store.expireDue()).isEmpty();
    assertThat(number("EXISTS", "voice_presence:due:0")).isZero();
  }
}
