package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoiceStateUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateScriptTest extends ScriptTest {
  @Test
  void keepsWhatOthersStoredAndRenewsTheTtl() {
    foreignJoin("ann", FOREIGN_ANN);
    call("EXPIRE", ANN_KEY, "50");

    store.update(LOUNGE, ANN, MUTED, Claim.REQUEST);

    assertThat(text("GET", ANN_KEY))
        .isEqualTo(FOREIGN_ANN.replace("\"isMuted\":false", "\"isMuted\":true"));
    assertThat(number("TTL", ANN_KEY)).isEqualTo(300);
  }

  @Test
  void oneOfAnotherBackendIsAnnouncedFirstAndLeavesByOurSweeper() {
    foreignJoin("ann", FOREIGN_ANN);
    listen();

    var updated = (UpdateOutcome.Updated) store.update(LOUNGE, ANN, MUTED, Claim.REQUEST);
    store.update(LOUNGE, ANN, MUTED, Claim.REQUEST);

    String after = FOREIGN_ANN.replace("\"isMuted\":false", "\"isMuted\":true");
    assertThat(chained())
        .containsExactly(
            "joined - " + FOREIGN_ANN,
            "updated {\"isMuted\":true} " + after,
            "updated {\"isMuted\":true} " + after);
    assertThat(store.version(LOUNGE)).isEqualTo(updated.version() + 1);
    assertThat(list("ZRANGE", "voice_presence:due:0", "0", "-1")).containsExactly("lounge");
  }

  @Test
  void aModeratedFlagStandsThereOnlyWhileItIsOn() {
    join("ann", Claim.REQUEST);
    String before = text("GET", ANN_KEY);
    VoiceStateUpdate on = VoiceStateUpdate.NONE.and(VoiceFlag.SERVER_MUTED, true);

    store.update(LOUNGE, ANN, on, Claim.REQUEST);
    assertThat(text("GET", ANN_KEY)).isEqualTo(before.replace("}", ",\"isServerMuted\":true}"));

    store.update(LOUNGE, ANN, on.and(VoiceFlag.SERVER_MUTED, false), Claim.REQUEST);
    assertThat(text("GET", ANN_KEY)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"id\":", "nobody"})
  void whatIsNoUserIsLeftAlone(String value) {
    foreignJoin("ann", value);
    var before = dump();

    assertThat(store.update(LOUNGE, ANN, MUTED, Claim.REQUEST))
        .isInstanceOf(UpdateOutcome.Absent.class);

    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void bringsNobodyBackWhomTheOtherBackendTookOut() {
    join("ann", Claim.REQUEST);
    foreignLeave("ann");
    var before = dump();

    assertThat(store.update(LOUNGE, ANN, MUTED, Claim.SOCKET))
        .isInstanceOf(UpdateOutcome.Absent.class);

    assertThat(dump()).isEqualTo(before);
  }
}
