package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.PresenceService;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class UserIndexTest extends ScriptTest {
  private static final String INDEX = "voice_presence:user_channels:ann";

  @Test
  void whatIsNotTrueLeavesItOnALook() {
    join("ann", Claim.REQUEST);
    call("SADD", INDEX, "old", "older", "no channel {id}");

    assertThat(store.channelsOf(ANN)).containsExactly(LOUNGE);

    assertThat(list("SMEMBERS", INDEX)).containsExactlyInAnyOrder("lounge", "no channel {id}");
  }

  @Test
  void aChannelThatTheUserIsInIsNotTakenOut() {
    join("ann", Claim.REQUEST);

    await(new UserIndex(redis.commands(), KEYS).remove(LOUNGE, ANN));

    assertThat(list("SMEMBERS", INDEX)).containsExactly("lounge");
  }

  @Test
  void anotherBackendsUserIsFound() {
    foreignJoin("ann", FOREIGN_ANN);

    assertThat(store.channelsOf(ANN)).containsExactly(LOUNGE);
  }

  @Test
  void whoLeavesAllLeavesThoseThatAreWithinReach() {
    ChannelId music = new ChannelId("music");
    RedisKeys keys = new RedisKeys(true);
    RedisPresenceStore whole = on(UnreachableKeys.of(redis.commands(), "nothing", true));
    whole.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    whole.join(music, profile("ann"), Claim.REQUEST, OptionalInt.empty());
    PresenceService service =
        new PresenceService(
            on(UnreachableKeys.of(redis.commands(), keys.user(LOUNGE, ANN), true)),
            new ChannelGate(new OpenChannelAccess()));

    assertThatThrownBy(() -> service.leaveAllVoiceChannels(ANN))
        .isInstanceOfSatisfying(
            RequestException.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE));

    assertThat(whole.channelsOf(ANN)).containsExactly(LOUNGE);
  }

  @Test
  void aValueOfAWrongTypeIsNoFault() {
    call("SET", INDEX, "x");

    assertThat(store.channelsOf(ANN)).isEmpty();
  }

  private static RedisPresenceStore on(RedisCommands commands) {
    return new RedisPresenceStore(commands, UnheldScripts.on(commands, SETTINGS), SETTINGS);
  }
}
