package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.LiveSockets.Vouch;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReassertScriptTest extends ScriptTest {
  @Test
  void whomTheStoreLostIsBackAsBefore() {
    VoicePresenceUser ann = joined("ann", Claim.SOCKET).with(MUTED);
    call("FLUSHALL");
    listen();

    assertThat(store.reassert(LOUNGE, ann)).isTrue();
    assertThat(store.reassert(LOUNGE, ann)).isTrue();

    assertThat(store.snapshot(LOUNGE).users()).containsExactly(ann);
    assertThat(store.channelsOf(ANN)).containsExactly(LOUNGE);
    assertThat(chained()).hasSize(1).first().asString().startsWith("joined - ");
    assertThat(number("TTL", ANN_KEY)).isEqualTo(300);
    assertThat(list("ZRANGE", "voice_presence:due:0", "0", "-1")).containsExactly("lounge");
  }

  @Test
  void whoseMembershipAloneWasLostIsSeenAgain() {
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);
    call("DEL", MEMBERS);
    listen();

    assertThat(store.prolong(LOUNGE, List.of(Stay.of(ann))).lost()).hasSize(1);
    assertThat(store.reassert(LOUNGE, ann)).isTrue();

    assertThat(store.snapshot(LOUNGE).users()).containsExactly(ann);
    assertThat(chained()).hasSize(1);
  }

  @Test
  void bringsNobodyBackWhomAWordTookOut() {
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);
    VoicePresenceUser bob = joined("bob", Claim.SOCKET);
    store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    foreignLeave("bob");
    var before = dump();

    assertThat(store.reassert(LOUNGE, ann)).isFalse();
    assertThat(store.reassert(LOUNGE, bob)).isFalse();

    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void aCommandOfASocketBringsNobodyBackWhoWasAnnouncedAsGone() {
    AtomicLong clock = new AtomicLong();
    LiveSockets live = new LiveSockets(store, (_, _) -> Optional.empty(), clock::get);
    Vouch vouch = live.vouch(LOUNGE, joined("ann", Claim.SOCKET));
    clock.addAndGet(Duration.ofSeconds(40).toNanos()); // this node stood still
    pass("ann");
    assertThat(store.expireDue()).hasSize(1); // another node

    // What the socket had sent before is read first, its end is only being heard of then.
    assertThat(store.refresh(LOUNGE, ANN, Claim.SOCKET)).isEmpty();
    assertThat(vouch.restore()).isFalse();
    assertThat(store.snapshot(LOUNGE).users()).isEmpty();
  }
}
