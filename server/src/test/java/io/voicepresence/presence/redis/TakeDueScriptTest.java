package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TakeDueScriptTest extends ScriptTest {
  private static final String DUE = "voice_presence:due:0";

  @Test
  void givesEachChannelToOneUntilItsLeaseIsOver() {
    IntStream.range(0, 250).forEach(i -> call("ZADD", DUE, Integer.toString(i), "c" + i));
    call("ZADD", DUE, Long.toString(now() + 60_000), "later");
    TakeDueScript script = new TakeDueScript(scripts);

    assertThat(await(script.send(DUE, TakeDueScript.MAX_CHANNELS)).channels())
        .hasSize(100)
        .startsWith("c0")
        .endsWith("c99");
    assertThat(await(script.send(DUE, TakeDueScript.MAX_CHANNELS)).channels())
        .hasSize(100)
        .startsWith("c100");
    assertThat(await(script.send(DUE, TakeDueScript.MAX_CHANNELS)).channels()).hasSize(50);
    assertThat(await(script.send(DUE, TakeDueScript.MAX_CHANNELS)).channels()).isEmpty();
    assertThat(Double.parseDouble(text("ZSCORE", DUE, "c0")))
        .isBetween(now() - 1_000.0, now() + 2_000.0);
  }
}
