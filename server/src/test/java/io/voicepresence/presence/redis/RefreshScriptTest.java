package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.realtime.Eventually;
import org.junit.jupiter.api.Test;

class RefreshScriptTest extends ScriptTest {
  @Test
  void renewsTheTtlInSilence() {
    join("ann", Claim.REQUEST);
    call("EXPIRE", ANN_KEY, "50");
    listen();

    assertThat(store.refresh(LOUNGE, ANN, Claim.REQUEST)).isPresent();

    assertThat(number("TTL", ANN_KEY)).isEqualTo(300);
    assertThat(messages()).isEmpty();
  }

  @Test
  void oneOfAnotherBackendIsAnnouncedOnceAndLeavesByOurSweeper() {
    foreignJoin("ann", FOREIGN_ANN);
    listen();

    store.refresh(LOUNGE, ANN, Claim.SOCKET);
    store.refresh(LOUNGE, ANN, Claim.SOCKET);
    join("ann", Claim.REQUEST);

    assertThat(chained()).containsExactly("joined - " + FOREIGN_ANN);
    pass("ann");
    assertThat(store.expireDue()).hasSize(1);
  }

  @Test
  void entersAChannelAgainThatTheIndexLost() {
    join("ann", Claim.REQUEST);
    call("DEL", "voice_presence:due:0");

    store.refresh(LOUNGE, ANN, Claim.REQUEST);

    Eventually.that(() -> number("ZCARD", "voice_presence:due:0") == 1);
  }

  @Test
  void bringsNobodyBack() {
    join("ann", Claim.SOCKET);
    foreignLeave("ann");
    var before = dump();

    assertThat(store.refresh(LOUNGE, ANN, Claim.SOCKET)).isEmpty();

    assertThat(dump()).isEqualTo(before);
  }
}
