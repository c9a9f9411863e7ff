package io.voicepresence.channel;

import static io.voicepresence.channel.Permission.JOIN;
import static io.voicepresence.channel.Permission.MODERATE;
import static io.voicepresence.channel.Permission.VIEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.voicepresence.auth.Identity;
import io.voicepresence.channel.fixed.FixedChannel;
import io.voicepresence.channel.fixed.StaticChannelAccess;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.channel.token.TokenChannelAccess;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelAccessTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static final ChannelId OFFICE = new ChannelId("office");

  private static Identity user(String id) {
    return user(id, Map.of());
  }

  private static Identity user(String id, Map<String, Set<Permission>> grants) {
    return new Identity(
        new UserId(id), id, Optional.empty(), Optional.empty(), Instant.MAX, grants);
  }

  private static StaticChannelAccess fixed() {
    Map<ChannelId, FixedChannel> channels = new LinkedHashMap<>();
    channels.put(
        OFFICE,
        new FixedChannel(Optional.empty(), OptionalInt.empty(), Map.of("alice", Set.of(MODERATE))));
    channels.put(
        LOUNGE,
        new FixedChannel(
            Optional.of("Lounge"),
            OptionalInt.of(25),
            Map.of("*", Set.of(JOIN), "alice", Set.of(VIEW), "bob", Set.of(MODERATE))));
    return new StaticChannelAccess(channels);
  }

  private static Set<Permission> rights(ChannelAccess access, Identity user, ChannelId channel) {
    return access.grant(user, channel).orElseThrow().permissions();
  }

  @Test
  void openLetsEveryoneViewAndJoinAnyChannelAndListsNone() {
    OpenChannelAccess open = new OpenChannelAccess();

    assertThat(rights(open, user("alice"), new ChannelId("anything")))
        .containsExactlyInAnyOrder(VIEW, JOIN);
    assertThat(open.list(user("alice"))).isEmpty();
  }

  @Test
  void staticAddsUpWhatEveryoneAndTheUserMayDo() {
    assertThat(rights(fixed(), user("alice"), LOUNGE)).containsExactlyInAnyOrder(VIEW, JOIN);
    assertThat(rights(fixed(), user("bob"), LOUNGE))
        .containsExactlyInAnyOrder(VIEW, JOIN, MODERATE);
    assertThat(rights(fixed(), user("carol"), OFFICE)).isEmpty();
  }

  @Test
  void staticKnowsNameAndLimitAndNoOtherChannel() {
    ChannelGrant grant = fixed().grant(user("carol"), LOUNGE).orElseThrow();

    assertThat(grant.name()).contains("Lounge");
    assertThat(grant.userLimit()).hasValue(25);
    assertThat(fixed().grant(user("carol"), new ChannelId("cellar"))).isEmpty();
  }

  @Test
  void staticListsWhatTheUserMayViewInTheFilesOrder() {
    assertThat(fixed().list(user("alice")).orElseThrow().keySet()).containsExactly(OFFICE, LOUNGE);
    assertThat(fixed().list(user("carol")).orElseThrow().keySet()).containsExactly(LOUNGE);
  }

  @Test
  void aTokensExactAndPrefixGrantsAddUp() {
    Map<String, Set<Permission>> grants = new LinkedHashMap<>();
    grants.put("team-*", Set.of(VIEW));
    grants.put("team-red", Set.of(VIEW, JOIN));
    grants.put("team-r*", MODERATE.withIncluded());
    Identity user = user("alice", grants);
    TokenChannelAccess token = new TokenChannelAccess();

    assertThat(rights(token, user, new ChannelId("team-red")))
        .containsExactlyInAnyOrder(VIEW, JOIN, MODERATE);
    assertThat(rights(token, user, new ChannelId("team-blue"))).containsExactly(VIEW);
    assertThat(rights(token, user, new ChannelId("team"))).isEmpty();
    assertThat(rights(token, user, new ChannelId("xteam-red"))).isEmpty();
    assertThat(rights(token, user("bob", Map.of("*", Set.of(VIEW))), LOUNGE)).containsExactly(VIEW);
  }

  @Test
  void aTokenListsItsExactIdsInItsOrder() {
    Map<String, Set<Permission>> grants = new LinkedHashMap<>();
    grants.put("z", Set.of(VIEW));
    grants.put("team-*", JOIN.withIncluded());
    grants.put("team-1", Set.of());
    grants.put("a", Set.of());

    Map<ChannelId, ChannelGrant> list =
        new TokenChannelAccess().list(user("alice", grants)).orElseThrow();

    assertThat(list.keySet()).containsExactly(new ChannelId("z"), new ChannelId("team-1"));
    assertThat(list.get(new ChannelId("team-1")).permissions())
        .containsExactlyInAnyOrder(VIEW, JOIN);
  }

  @Test
  void theGateNamesTheChannelThatDoesNotExist() {
    ChannelGate gate = new ChannelGate(fixed());

    assertThatThrownBy(() -> gate.require(user("alice"), new ChannelId("cellar"), VIEW))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHANNEL_NOT_FOUND))
        .hasMessage("Channel cellar not found");
  }

  @Test
  void theGateDeniesWhereTheRightIsMissingAndPassesTheGrantWhereItIsThere() {
    ChannelGate gate = new ChannelGate(new TokenChannelAccess());
    Identity viewer = user("alice", Map.of("lounge", Set.of(VIEW)));

    assertThat(gate.require(viewer, LOUNGE, VIEW).permissions()).containsExactly(VIEW);
    for (Permission missing : Set.of(JOIN, MODERATE)) {
      assertThatThrownBy(() -> gate.require(viewer, LOUNGE, missing))
          .isInstanceOfSatisfying(
              RequestException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CHANNEL_ACCESS_DENIED));
    }
    assertThatThrownBy(() -> gate.require(viewer, OFFICE, VIEW))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHANNEL_ACCESS_DENIED));
  }
}
