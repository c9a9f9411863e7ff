package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.Claim;
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
  void aValueOfAWrongTypeIsNoFault() {
    call("SET", INDEX, "x");

    assertThat(store.channelsOf(ANN)).isEmpty();
  }
}
