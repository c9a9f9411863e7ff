package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceEvent.UserUpdated;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnounceScriptTest extends ScriptTest {
  @Test
  void tellsInOrderAndOnceWhatAnotherBackendDid() {
    VoicePresenceUser ann = joined("ann", Claim.REQUEST);
    VoicePresenceUser bob = joined("bob", Claim.REQUEST);
    long version = store.version(LOUNGE);
    List<PresenceEvent> changes =
        List.of(
            new UserLeft(LOUNGE, ann, version + 1, LeaveReason.EXPIRED),
            new UserJoined(LOUNGE, ann, version + 2),
            new UserUpdated(LOUNGE, bob.with(MUTED), MUTED, version + 3));
    listen();

    assertThat(store.announce(LOUNGE, version, changes)).isTrue();
    assertThat(store.announce(LOUNGE, version, changes)).isFalse();

    assertThat(store.version(LOUNGE)).isEqualTo(version + 3);
    assertThat(chained())
        .hasSize(3)
        .satisfies(
            told -> {
              assertThat(told.get(0)).startsWith("left expired {\"id\":\"ann\"");
              assertThat(told.get(1)).startsWith("joined - {\"id\":\"ann\"");
              assertThat(told.get(2)).startsWith("updated {\"isMuted\":true} {\"id\":\"bob\"");
            });
  }

  @Test
  void oneWhoWasAnnouncedStaysUntilTheKeyEnds() {
    foreignJoin("ann", FOREIGN_ANN);
    VoicePresenceUser ann = store.snapshot(LOUNGE).users().getFirst();
    store.announce(LOUNGE, 0, List.of(new UserJoined(LOUNGE, ann, 1)));
    call("ZADD", DEADLINES, Long.toString(now() - 10), "ann");
    call("ZADD", "voice_presence:due:0", "0", "lounge");

    assertThat(store.expireDue()).isEmpty();

    assertThat(Double.parseDouble(text("ZSCORE", DEADLINES, "ann")))
        .isBetween(now() + 290_000.0, now() + 300_000.0);
  }

  @Test
  void aLiveSocketsGraceSurvivesTheAnnouncementOfADepartureThatWasMissed() {
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);
    VoicePresenceUser before =
        new VoicePresenceUser(ann.profile(), ann.joinedAt().minusSeconds(9), ann.state());
    long version = store.version(LOUNGE);
    // What FollowedReplica.look has told where a joined shows a departure that had no event.
    store.announce(
        LOUNGE,
        version,
        List.of(
            new UserLeft(LOUNGE, before, version + 1, LeaveReason.LEFT),
            new UserJoined(LOUNGE, ann, version + 2)));

    store.release(LOUNGE, Stay.of(ann)); // the socket drops before the next prolonging

    // In the set as a request's: at its end the key's 300 s count, and not the grace.
    assertThat(text("ZSCORE", DEADLINES, "ann")).endsWith(".5");
  }
}
