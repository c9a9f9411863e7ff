package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.FeedMessages.ALICE;
import static io.voicepresence.presence.redis.FeedMessages.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceEvent.UserUpdated;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedMessageTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final VoicePresenceUser USER = StoredUser.parse(bytes(ALICE)).orElseThrow();

  @Test
  void tellsWhoJoined() {
    assertThat(decode("1 0 1795327200000 joined - " + ALICE))
        .isEqualTo(new FeedMessage.Event(new UserJoined(LOUNGE, USER, 1_795_327_200_000L), 0));
  }

  @Test
  void tellsWhoLeftAndWhy() {
    for (LeaveReason reason : LeaveReason.values()) {
      assertThat(decode("1 7 8 left " + reason.wireName() + " " + ALICE))
          .isEqualTo(new FeedMessage.Event(new UserLeft(LOUNGE, USER, 8, reason), 7));
    }
  }

  @Test
  void tellsWhatWasUpdated() {
    VoiceStateUpdate muted = VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, true);
    assertThat(decode("1 7 8 updated {\"isMuted\":true} " + ALICE))
        .isEqualTo(new FeedMessage.Event(new UserUpdated(LOUNGE, USER, muted, 8), 7));
    assertThat(
            decode("1 7 9 updated {\"isMuted\":true,\"isDeafened\":false,\"isNew\":true} " + ALICE))
        .isEqualTo(
            new FeedMessage.Event(
                new UserUpdated(LOUNGE, USER, muted.and(VoiceFlag.DEAFENED, false), 9), 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 7 8 changed -", "1 7 8 changed", "1 7 8 changed - "})
  void tellsThatSomethingChanged(String message) {
    assertThat(decode(message)).isEqualTo(new FeedMessage.Changed(7, 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "1 ",
        "1 7",
        "1 7 8",
        "1 7 8 ",
        "2 7 8 changed -",
        "11 7 8 changed -",
        "-1 7 8 changed -",
        "1 8 8 changed -",
        "1 9 8 changed -",
        "1 -1 8 changed -",
        "1 7 9999999999999999999999 changed -",
        "1 7 8 renamed - {}",
        "1  7 8 changed -",
        "{\"a\":1}",
        "1 7 8 joined -",
        "1 7 8 joined - ",
        "1 7 8 joined - {}",
        "1 7 8 joined - {\"id\":\"",
        "1 7 8 joined - []",
        "1 7 8 left bored " + ALICE,
        "1 7 8 updated - " + ALICE,
        "1 7 8 updated { " + ALICE,
        "1 7 8 updated {\" " + ALICE,
        "1 7 8 updated {\"isMuted\"} " + ALICE,
        "1 7 8 updated {\"isMuted\":1} " + ALICE,
        "1 7 8 updated {\"isMuted\":true\"isDeafened\":true} " + ALICE,
        "1 7 8 updated {isMuted:true} " + ALICE,
        "1 7 8 joined - " + ALICE + "x"
      })
  void doesNotKnowAnythingElse(String message) {
    assertThat(decode(message)).isInstanceOf(FeedMessage.Unknown.class);
  }

  @Test
  void doesNotReadWhatIsTooLong() {
    byte[] huge = new byte[10_000_000];
    Arrays.fill(huge, (byte) '1');
    assertThat(FeedMessage.decode(LOUNGE, huge)).isInstanceOf(FeedMessage.Unknown.class);
    String name = "\"displayName\":\"" + "x".repeat(65_000) + "\",";
    assertThat(decode("1 7 8 joined - {" + name + ALICE.substring(1)))
        .isInstanceOf(FeedMessage.Event.class);
  }

  /** Damaged in any way, a message is read or not, but nothing is thrown. */
  @Test
  void neverThrows() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] whole = bytes("1 7 8 updated {\"isMuted\":true,\"isDeafened\":false} " + ALICE);
    for (int i = 0; i < 200_000; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int hits = random.nextInt(4); hits > 0 && damaged.length > 0; hits--) {
        int at = random.nextInt(Math.min(damaged.length, random.nextBoolean() ? 50 : 1_000));
        damaged[at] = random.nextBoolean() ? (byte) random.nextInt() : whole[random.nextInt(50)];
      }
      assertThat(FeedMessage.decode(LOUNGE, damaged)).as("seed %s", seed).isNotNull();
    }
  }

  private static FeedMessage decode(String message) {
    return FeedMessage.decode(LOUNGE, bytes(message));
  }
}
