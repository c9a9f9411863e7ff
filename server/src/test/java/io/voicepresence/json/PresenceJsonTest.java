package io.voicepresence.json;

import static io.voicepresence.presence.VoiceFlag.MUTED;
import static io.voicepresence.presence.VoiceFlag.SERVER_MUTED;
import static io.voicepresence.presence.VoiceFlag.VIDEO_ENABLED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PresenceJsonTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final VoiceStateUpdate MUTE =
      VoiceStateUpdate.NONE.and(MUTED, true).and(VIDEO_ENABLED, false);
  private static final String ANN =
      "{\"id\":\"ann\",\"username\":\"Ann\",\"joinedAt\":\"2026-11-22T06:00:00.000Z\","
          + "\"isVideoEnabled\":false,\"isScreenSharing\":false,\"isMuted\":true,"
          + "\"isDeafened\":false}";

  @Test
  void aUserPrintsItsFieldsInTheOrderOfTheSeedWithoutAbsentOnes() {
    assertThat(text(PresenceJson.user(ann()))).isEqualTo(ANN);
  }

  @Test
  void optionalFieldsAndModeratedFlagsAppearWhenTheyAreThere() {
    VoicePresenceUser user =
        new VoicePresenceUser(
            new Profile(
                new UserId("a|b:c"),
                "ann",
                Optional.of("Ann"),
                Optional.of("https://a.test/a.png")),
            Instant.parse("2026-11-22T06:00:00.120Z"),
            VoiceState.INITIAL.with(VoiceStateUpdate.NONE.and(SERVER_MUTED, true)));

    assertThat(text(PresenceJson.user(user)))
        .isEqualTo(
            "{\"id\":\"a|b:c\",\"username\":\"ann\",\"displayName\":\"Ann\","
                + "\"avatarUrl\":\"https://a.test/a.png\",\"joinedAt\":\"2026-11-22T06:00:00.120Z\","
                + "\"isVideoEnabled\":false,\"isScreenSharing\":false,\"isMuted\":false,"
                + "\"isDeafened\":false,\"isServerMuted\":true}");
  }

  @Test
  void eventsCarryWhatTheContractNames() {
    assertThat(event(new PresenceEvent.UserJoined(LOUNGE, ann(), 7)))
        .isEqualTo("{\"channelId\":\"lounge\",\"user\":" + ANN + ",\"version\":7}");
    assertThat(event(new PresenceEvent.UserLeft(LOUNGE, ann(), 8, LeaveReason.EXPIRED)))
        .isEqualTo(
            "{\"channelId\":\"lounge\",\"userId\":\"ann\",\"user\":"
                + ANN
                + ",\"version\":8,\"reason\":\"expired\"}");
    assertThat(event(new PresenceEvent.UserUpdated(LOUNGE, ann(), MUTE, 9)))
        .isEqualTo(
            "{\"channelId\":\"lounge\",\"userId\":\"ann\",\"user\":"
                + ANN
                + ",\"updates\":{\"isVideoEnabled\":false,\"isMuted\":true},\"version\":9}");
  }

  @Test
  void aSnapshotCountsItsUsers() {
    assertThat(text(PresenceJson.snapshot(ChannelSnapshot.empty(LOUNGE))))
        .isEqualTo("{\"channelId\":\"lounge\",\"version\":0,\"count\":0,\"users\":[]}");
    assertThat(
            text(PresenceJson.snapshot(new ChannelSnapshot(LOUNGE, 3, List.of(ann(), ann()), 1))))
        .isEqualTo(
            "{\"channelId\":\"lounge\",\"version\":3,\"count\":2,\"users\":["
                + ANN
                + ","
                + ANN
                + "]}");
  }

  @Test
  void anObjectWithoutFieldsIsEmpty() {
    assertThat(text(new JsonObject(1).toBytes())).isEqualTo("{}");
  }

  @Test
  void anyStringReadsBackAsItWas() throws Exception {
    ObjectMapper reader = new ObjectMapper();
    Random random = new Random(20261122);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        // Mostly short ranges, so that quotes, controls and lone surrogates all come up.
        text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
        if (random.nextInt(8) == 0) {
          text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        }
      }
      byte[] json = new JsonObject(1).put("text", text.toString()).toBytes();

      // Through a string: strict UTF-8 first, as a client's decoder does.
      String decoded = new String(json, StandardCharsets.UTF_8);
      assertThat(decoded.getBytes(StandardCharsets.UTF_8)).isEqualTo(json);
      assertThat(reader.readTree(decoded).get("text").textValue()).isEqualTo(text.toString());
    }
  }

  private static VoicePresenceUser ann() {
    return new VoicePresenceUser(
        new Profile(new UserId("ann"), "Ann", Optional.empty(), Optional.empty()),
        Instant.parse("2026-11-22T06:00:00Z"),
        VoiceState.INITIAL.with(MUTE));
  }

  private static String event(PresenceEvent event) {
    return text(PresenceJson.event(event, PresenceJson.user(event.user())));
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
