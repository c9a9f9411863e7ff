package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotScriptTest extends ScriptTest {
  private static final int MANY = 12_000;

  @Test
  void showsAsManyAsThereAre() {
    call(
        "EVAL",
        "for i = 1, tonumber(ARGV[1]) do local id = 'u' .. i;"
            + " redis.call('SADD', KEYS[1], id);"
            + " if i % 3 > 0 then redis.call('SET', 'voice_presence:user:lounge:' .. id,"
            + " (string.gsub(ARGV[2], '\"ann\"', '\"' .. id .. '\"', 1))) end end",
        "1",
        MEMBERS,
        Integer.toString(MANY),
        FOREIGN_ANN);

    assertThat(store.snapshot(LOUNGE).users()).hasSize(MANY / 3 * 2);

    assertThat(number("SCARD", MEMBERS)).isEqualTo(MANY / 3 * 2);
  }

  @Test
  void passesOverWhatIsNoUserOrAnothers() {
    foreignJoin("ann", FOREIGN_ANN);
    foreignJoin("bob", FOREIGN_ANN);
    foreignJoin("eve", "{");
    call("SADD", MEMBERS, "dan", "\u0001 {}");
    call("LPUSH", "voice_presence:user:lounge:dan", "x");

    assertThat(store.snapshot(LOUNGE).users()).singleElement().matches(u -> u.id().equals(ANN));
    assertThat(store.unreadableValues()).isEqualTo(2);
  }

  @Test
  void whatChangedWithoutAVersionIsReadAnew() {
    foreignJoin("ann", FOREIGN_ANN);
    ChannelSnapshot before = store.snapshot(LOUNGE);
    assertThat(store.snapshot(LOUNGE)).isSameAs(before);

    foreignJoin("ann", FOREIGN_ANN.replace("\"isMuted\":false", "\"isMuted\":true"));
    ChannelSnapshot muted = store.snapshot(LOUNGE);
    assertThat(muted).isNotEqualTo(before);
    assertThat(muted.version()).isEqualTo(before.version());

    call("DEL", "voice_presence:user:lounge:ann");
    assertThat(store.snapshot(LOUNGE).users()).isEmpty();
  }

  @Test
  void aLookAtAnEmptyChannelCreatesNothing() {
    assertThat(store.snapshot(LOUNGE)).isEqualTo(ChannelSnapshot.empty(LOUNGE));
    assertThat(keys()).isEmpty();
  }

  @Test
  void afterAPromotionTheVersionJumpsAboveTheClockAndNeverFalls() {
    join("ann", Claim.REQUEST);
    call("SET", VERSION, "1000 1 dead");
    listen();
    long clock = now();

    ChannelSnapshot snapshot = store.snapshot(LOUNGE);
    assertThat(snapshot.version()).isGreaterThanOrEqualTo(clock);
    assertThat(snapshot.unbrokenSince()).isEqualTo(snapshot.version());
    store.leave(LOUNGE, ANN, LeaveReason.LEFT);

    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("1 " + snapshot.version() + " " + (snapshot.version() + 1) + " left");
  }

  @Test
  void aVersionAheadOfTheClockGoesOnFromThere() {
    join("ann", Claim.REQUEST);
    call("SET", VERSION, "9000000000000 1 dead");

    assertThat(store.snapshot(LOUNGE).version()).isEqualTo(9_000_000_000_001L);
  }

  @Test
  void aLostVersionStartsAtTheClock() {
    join("ann", Claim.REQUEST);
    call("DEL", VERSION);
    assertThat(store.snapshot(LOUNGE).version()).isZero();
    for (String none : List.of("nan 1 dead", "7", "")) {
      call("SET", VERSION, none);
      assertThat(store.snapshot(LOUNGE).version()).isZero();
      assertThat(store.version(LOUNGE)).isZero();
    }
    long clock = now();

    store.update(LOUNGE, ANN, MUTED, Claim.REQUEST);

    assertThat(store.version(LOUNGE)).isGreaterThanOrEqualTo(clock);
    assertThat(store.snapshot(LOUNGE).unbrokenSince()).isEqualTo(store.version(LOUNGE));
  }
}
