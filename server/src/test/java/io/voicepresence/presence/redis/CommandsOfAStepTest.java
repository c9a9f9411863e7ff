package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What each step costs Redis: how many commands of which kind, those inside its script too. Times
 * differ from machine to machine; these numbers do not, and each is about half a microsecond.
 */
class CommandsOfAStepTest extends ScriptTest {
  private static final Pattern COUNTED = Pattern.compile("(?m)^cmdstat_([^:]+):calls=(\\d+)");

  /** Nobody's script is to be sent whole. */
  @BeforeEach
  void warmUp() {
    VoicePresenceUser bob = joined("bob", Claim.SOCKET);
    store.update(LOUNGE, bob.id(), MUTED, Claim.SOCKET);
    store.refresh(LOUNGE, bob.id(), Claim.SOCKET);
    store.prolong(LOUNGE, List.of(Stay.of(bob)));
    store.release(LOUNGE, Stay.of(bob));
    store.snapshot(LOUNGE);
    store.leave(LOUNGE, bob.id(), LeaveReason.LEFT);
  }

  @Test
  void aJoin() {
    assertThat(commands(() -> join("ann", Claim.REQUEST)))
        .isEqualTo(
            "evalsha=1 info=1 mget=1 sadd=2 scard=1 set=2 spublish=1 time=1 zadd=2 zscore=1");
    assertThat(commands(() -> join("eve", Claim.SOCKET)))
        .isEqualTo(
            "evalsha=1 info=1 mget=1 sadd=2 scard=1 set=2 spublish=1 time=1 zadd=2 zscore=1");
  }

  @Test
  void aSecondJoin() {
    join("ann", Claim.REQUEST);
    assertThat(commands(() -> join("ann", Claim.REQUEST)))
        .isEqualTo("evalsha=1 info=1 mget=1 pexpire=1 sadd=1 sismember=1 time=1 zadd=2 zscore=1");
  }

  @Test
  void anUpdate() {
    join("ann", Claim.REQUEST);
    assertThat(commands(() -> store.update(LOUNGE, ANN, MUTED, Claim.REQUEST)))
        .isEqualTo("evalsha=1 info=1 mget=1 set=2 sismember=1 spublish=1 time=1 zadd=1 zscore=1");
    assertThat(commands(() -> store.update(LOUNGE, ANN, MUTED, Claim.SOCKET)))
        .isEqualTo("evalsha=1 info=1 mget=1 set=2 sismember=1 spublish=1 time=1 zadd=1");
  }

  @Test
  void anUpdateOfOneWhoIsNotIn() {
    assertThat(commands(() -> store.update(LOUNGE, ANN, MUTED, Claim.REQUEST)))
        .isEqualTo("evalsha=1 mget=1 time=1");
  }

  @Test
  void aRefresh() {
    join("ann", Claim.REQUEST);
    assertThat(commands(() -> store.refresh(LOUNGE, ANN, Claim.REQUEST)))
        .isEqualTo("evalsha=1 mget=1 pexpire=1 sismember=1 time=1 zadd=2 zscore=1");
  }

  @Test
  void aLeave() {
    join("ann", Claim.REQUEST);
    assertThat(commands(() -> store.leave(LOUNGE, ANN, LeaveReason.LEFT)))
        .isEqualTo("del=1 evalsha=1 info=1 mget=1 set=2 spublish=1 srem=2 time=1 zrem=1 zscore=1");
  }

  @Test
  void aSnapshotCostsTheSameForOneUserAndForTen() {
    join("ann", Claim.REQUEST);
    String one = commands(() -> store.snapshot(LOUNGE));
    for (int i = 0; i < 9; i++) {
      join("u" + i, Claim.REQUEST);
    }
    assertThat(commands(() -> store.snapshot(LOUNGE)))
        .isEqualTo(one)
        .isEqualTo("evalsha=1 info=1 mget=2 smembers=1");
    assertThat(commands(() -> store.version(LOUNGE))).isEqualTo("get=1");
  }

  @Test
  void aRoundOfProlonging() {
    Stay ann = Stay.of(joined("ann", Claim.SOCKET));
    Stay eve = Stay.of(joined("eve", Claim.SOCKET));
    assertThat(commands(() -> store.prolong(LOUNGE, List.of(ann, eve))))
        .isEqualTo("evalsha=1 mget=1 pttl=2 smismember=1 time=1 zadd=2");
    assertThat(commands(() -> store.release(LOUNGE, ann)))
        .isEqualTo("evalsha=1 mget=1 time=1 zadd=1 zscore=1");
  }

  /** Counted by the server: {@code INFO commandstats}. */
  private static String commands(Runnable step) {
    call("CONFIG", "RESETSTAT");
    step.run();
    return COUNTED
        .matcher(text("INFO", "commandstats"))
        .results()
        .filter(counted -> !counted.group(1).startsWith("config"))
        .map(counted -> counted.group(1) + "=" + counted.group(2))
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
