package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceEvent.UserUpdated;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final int ROUNDS = 20_000;

  @Test
  void whoIsGoneLeavesFirstAndChangesComeLastEachWithExactlyTheChangedFlags() {
    VoicePresenceUser muted = user("dan", 1, 4);
    List<PresenceEvent> events =
        Differences.between(
                List.of(user("zoe", 1, 0), user("ann", 1, 0), user("bob", 1, 0), user("dan", 1, 1)),
                snapshot(user("bob", 2, 0), user("cid", 3, 0), muted))
            .events(7);

    assertThat(events)
        .containsExactly(
            new UserLeft(LOUNGE, user("ann", 1, 0), 7, LeaveReason.LEFT),
            new UserLeft(LOUNGE, user("zoe", 1, 0), 8, LeaveReason.LEFT),
            new UserLeft(LOUNGE, user("bob", 1, 0), 9, LeaveReason.LEFT),
            new UserJoined(LOUNGE, user("bob", 2, 0), 10),
            new UserJoined(LOUNGE, user("cid", 3, 0), 11),
            new UserUpdated(
                LOUNGE,
                muted,
                VoiceStateUpdate.NONE
                    .and(VoiceFlag.MUTED, true)
                    .and(VoiceFlag.VIDEO_ENABLED, false),
                12));
  }

  @Test
  void anotherProfileInTheSameStayIsAnUpdateOfNoFlag() {
    VoicePresenceUser before = user("ann", 1, 2);
    VoicePresenceUser after =
        new VoicePresenceUser(
            new Profile(before.id(), "Anna", Optional.empty(), Optional.empty()),
            before.joinedAt(),
            before.state());

    assertThat(Differences.between(List.of(before), snapshot(after)).events(1))
        .containsExactly(new UserUpdated(LOUNGE, after, VoiceStateUpdate.NONE, 1));
  }

  @Test
  void theEventsLeadFromAnyReplicaToAnySnapshotAndDependOnNoOrder() {
    Random random = new Random(20261122);
    for (int round = 0; round < ROUNDS; round++) {
      List<VoicePresenceUser> before = someUsers(random);
      List<VoicePresenceUser> after = someUsers(random);
      Differences differences =
          Differences.between(before, snapshot(after.toArray(VoicePresenceUser[]::new)));
      List<PresenceEvent> events = differences.events(100);

      Map<UserId, VoicePresenceUser> replay = new TreeMap<>();
      before.forEach(user -> replay.put(user.id(), user));
      long version = 99;
      for (PresenceEvent event : events) {
        assertThat(event.version()).isEqualTo(++version);
        UserId id = event.user().id();
        switch (event) {
          case UserJoined joined -> assertThat(replay.put(id, joined.user())).isNull();
          case UserLeft left -> assertThat(replay.remove(id)).isEqualTo(left.user());
          case UserUpdated updated -> {
            VoicePresenceUser old = replay.put(id, updated.user());
            assertThat(old.with(updated.updates())).isEqualTo(updated.user());
          }
        }
      }
      assertThat(replay.values()).containsExactlyInAnyOrderElementsOf(after);
      assertThat(events).hasSize(differences.count());

      Collections.shuffle(before, random);
      Collections.shuffle(after, random);
      assertThat(
              Differences.between(before, snapshot(after.toArray(VoicePresenceUser[]::new)))
                  .events(100))
          .isEqualTo(events);
    }
  }

  private static List<VoicePresenceUser> someUsers(Random random) {
    List<VoicePresenceUser> users = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      if (random.nextBoolean()) {
        users.add(user("u" + n, random.nextInt(2), random.nextInt(4)));
      }
    }
    return users;
  }

  private static ChannelSnapshot snapshot(VoicePresenceUser... users) {
    return new ChannelSnapshot(LOUNGE, 50, List.of(users), 1);
  }

  static VoicePresenceUser user(String name, long joinedAt, int flags) {
    return new VoicePresenceUser(
        new Profile(new UserId(name), name, Optional.empty(), Optional.empty()),
        Instant.ofEpochMilli(joinedAt),
        new VoiceState(flags));
  }
}
