package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DueIndexTest extends ScriptTest {
  private static final String DUE = "voice_presence:due:0";

  private DueIndex due() {
    return new DueIndex(redis.commands(), KEYS, scripts, SETTINGS);
  }

  @Test
  void aSecondEntryDoesNotPutAChannelOff() {
    call("ZADD", DUE, "5", "lounge");

    await(due().enter(LOUNGE));

    assertThat(text("ZSCORE", DUE, "lounge")).isEqualTo("5");
  }

  @Test
  void whatIsNoChannelLeavesIt() {
    call("ZADD", DUE, "5", "no channel {id}", "6", "lounge");

    assertThat(await(due().take(0))).containsExactly(LOUNGE);
    assertThat(await(due().take(0))).isEmpty();

    assertThat(list("ZRANGE", DUE, "0", "-1")).containsExactly("lounge");
  }

  @Test
  void onceTheServersClockIsKnownALookIsTenSecondsAhead() {
    var _ = await(due().take(0));

    await(due().enter(LOUNGE));

    assertThat(Double.parseDouble(text("ZSCORE", DUE, "lounge")))
        .isBetween(now() + 8_000.0, now() + 11_000.0);
  }
}
