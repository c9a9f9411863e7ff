package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.JoinOutcome;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JoinScriptTest extends ScriptTest {
  @Test
  void storesWhatTheSeedStoresByteForByte() {
    Profile profile =
        new Profile(
            ANN, "Ann \"é\" \\", Optional.of("Ann B."), Optional.of("https://a.example/a.png?b=/"));

    store.join(LOUNGE, profile, Claim.REQUEST, OptionalInt.empty());

    String joinedAt = PresenceJson.timestamp(store.snapshot(LOUNGE).users().getFirst().joinedAt());
    assertThat(joinedAt).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(text("GET", ANN_KEY))
        .isEqualTo(
            "{\"id\":\"ann\",\"username\":\"Ann \\\"é\\\" \\\\\",\"displayName\":\"Ann B.\","
                + "\"avatarUrl\":\"https://a.example/a.png?b=/\",\"joinedAt\":\""
                + joinedAt
                + "\",\"isVideoEnabled\":false,\"isScreenSharing\":false,\"isMuted\":false,"
                + "\"isDeafened\":false}");
    assertThat(list("SMEMBERS", MEMBERS)).containsExactly("ann");
    assertThat(list("SMEMBERS", "voice_presence:user_channels:ann")).containsExactly("lounge");
    assertThat(keys())
        .containsExactly(
            DEADLINES,
            MEMBERS,
            VERSION,
            "voice_presence:due:0",
            ANN_KEY,
            "voice_presence:user_channels:ann");
  }

  @Test
  void theKeyLivesForTheTtlAndTheSetsHaveNone() {
    for (Claim claim : Claim.values()) {
      call("FLUSHALL");
      join("ann", claim);
      assertThat(number("TTL", ANN_KEY)).isEqualTo(300);
      join("ann", claim);
      assertThat(number("TTL", ANN_KEY)).isEqualTo(300);
      assertThat(number("TTL", MEMBERS)).isEqualTo(-1);
      assertThat(number("TTL", "voice_presence:user_channels:ann")).isEqualTo(-1);
    }
  }

  @Test
  void oneOfAnotherBackendKeepsEverythingAndIsAnnouncedOnce() {
    foreignJoin("ann", FOREIGN_ANN);
    listen();

    assertThat(join("ann", Claim.REQUEST)).isInstanceOf(JoinOutcome.Joined.class);
    assertThat(join("ann", Claim.REQUEST)).isInstanceOf(JoinOutcome.AlreadyPresent.class);

    assertThat(text("GET", ANN_KEY)).isEqualTo(FOREIGN_ANN);
    assertThat(chained()).containsExactly("joined - " + FOREIGN_ANN);
  }

  @Test
  void aStayAfterOneThatEndedInSilenceHasADeadlineOfItsOwn() {
    join("ann", Claim.SOCKET);
    foreignLeave("ann");
    listen();

    join("ann", Claim.REQUEST);

    assertThat(Double.parseDouble(text("ZSCORE", DEADLINES, "ann")))
        .isGreaterThan(now() + 290_000.0);
    assertThat(chained()).hasSize(2).first().isEqualTo("changed - ");
  }

  @Test
  void aSecondJoinAfterAPromotionTellsNoVersionOfTheDeadMaster() {
    join("ann", Claim.REQUEST);
    call("SET", VERSION, "1000 1 dead");
    long clock = now();

    assertThat(join("ann", Claim.REQUEST))
        .isInstanceOfSatisfying(
            JoinOutcome.AlreadyPresent.class,
            present -> {
              assertThat(present.version()).isGreaterThanOrEqualTo(clock);
              assertThat(store.snapshot(LOUNGE).version()).isEqualTo(present.version());
            });
  }

  @Test
  void aSecondJoinEntersAnIndexThatLostTheChannel() {
    join("ann", Claim.REQUEST);
    call("DEL", "voice_presence:user_channels:ann");

    join("ann", Claim.REQUEST);

    assertThat(store.channelsOf(ANN)).containsExactly(LOUNGE);
  }

  @Test
  void anIndexOfAWrongTypeCostsNobodyTheJoin() {
    for (String json : List.of("", FOREIGN_ANN)) {
      open();
      if (!json.isEmpty()) {
        call("SET", ANN_KEY, json);
        call("SADD", MEMBERS, "ann");
      }
      call("SET", "voice_presence:user_channels:ann", "x");
      call("SET", "voice_presence:due:0", "x");
      listen();

      assertThat(join("ann", Claim.REQUEST)).isNotInstanceOf(JoinOutcome.Full.class);

      assertThat(chained()).hasSize(1);
      assertThat(store.channelsOf(ANN)).containsExactly(LOUNGE);
      assertThat(number("ZCARD", "voice_presence:due:0")).isEqualTo(1);
      closeTap();
    }
  }

  @Test
  void aValueThatIsNoUserMakesRoom() {
    call("LPUSH", ANN_KEY, "x");
    assertThat(join("ann", Claim.REQUEST)).isInstanceOf(JoinOutcome.Joined.class);
    foreignJoin("bob", "{\"id\":");
    assertThat(join("bob", Claim.REQUEST)).isInstanceOf(JoinOutcome.Joined.class);
    assertThat(store.snapshot(LOUNGE).users()).hasSize(2);
  }

  @Test
  void membersWhoseKeyHasEndedDoNotFillAChannel() {
    call("SADD", MEMBERS, "ghost1", "ghost2");
    OptionalInt two = OptionalInt.of(2);
    assertThat(store.join(LOUNGE, profile("ann"), Claim.REQUEST, two))
        .isInstanceOf(JoinOutcome.Joined.class);
    assertThat(store.join(LOUNGE, profile("bob"), Claim.REQUEST, two))
        .isInstanceOf(JoinOutcome.Joined.class);
    assertThat(store.join(LOUNGE, profile("eve"), Claim.REQUEST, two))
        .isEqualTo(new JoinOutcome.Full(2));
  }

  @Test
  void idsMayBeAsLongAndOddAsTheyMay() {
    ChannelId channel = new ChannelId("~@.-_" + "c".repeat(123));
    UserId user = new UserId("~@:|.-_" + "u".repeat(121));
    Profile profile = new Profile(user, "u", Optional.empty(), Optional.empty());

    store.join(channel, profile, Claim.SOCKET, OptionalInt.empty());

    VoicePresenceUser present = store.snapshot(channel).users().getFirst();
    assertThat(present.id()).isEqualTo(user);
    assertThat(store.prolong(channel, List.of(Stay.of(present))).absent()).isEmpty();
    assertThat(store.channelsOf(user)).containsExactly(channel);
    assertThat(keys()).allMatch(key -> key.startsWith("voice_presence:"));
  }
}
