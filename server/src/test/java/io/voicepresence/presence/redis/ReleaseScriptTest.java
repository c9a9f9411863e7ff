package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import org.junit.jupiter.api.Test;

class ReleaseScriptTest extends ScriptTest {
  @Test
  void theGraceBeginsNow() {
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);

    store.release(LOUNGE, Stay.of(ann));

    assertThat(Double.parseDouble(text("ZSCORE", DEADLINES, "ann")))
        .isBetween(now() + 18_000.0, now() + 20_000.5);
  }

  @Test
  void aRequestsDeadlineAndAStayThatIsOverAreLeftAlone() {
    Stay first = Stay.of(joined("ann", Claim.SOCKET));
    store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    store.release(LOUNGE, first);
    Stay second = Stay.of(joined("ann", Claim.REQUEST));
    var before = dump();

    store.release(LOUNGE, first);
    store.release(LOUNGE, second);

    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void valuesOfAWrongTypeAreNoFault() {
    Stay ann = Stay.of(joined("ann", Claim.SOCKET));
    call("DEL", "voice_presence:left:lounge:ann", DEADLINES);
    call("LPUSH", "voice_presence:left:lounge:ann", "x");
    call("SET", DEADLINES, "x");

    store.release(LOUNGE, new Stay(ANN, ann.joinedAt().plusMillis(1)));

    assertThat(text("TYPE", DEADLINES)).isEqualTo("none");
  }
}
