package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.PresenceSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisScriptTest {
  @Test
  void theGraceIsNeverSoShortThatTheNodeOfAnotherDeviceComesTooLate() {
    for (Duration asked : List.of(Duration.ZERO, Duration.ofMillis(700), Duration.ofSeconds(1))) {
      PresenceSettings settings = new PresenceSettings(Duration.ofMinutes(5), asked, 10);
      assertThat(grace(asked)).isGreaterThanOrEqualTo(settings.prolongInterval().multipliedBy(3));
    }
    assertThat(grace(Duration.ZERO)).isEqualTo(RedisScript.LEAST_GRACE);
    assertThat(grace(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
    assertThat(grace(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void aScriptHoldsWhatItIncludesAfterTheTimesThatItGoesBy() {
    RedisScript script = RedisScript.load("release", PresenceSettings.DEFAULTS);

    assertThat(script.text()).startsWith("local TTL = 300000\n").doesNotContain("--#include");
    assertThat(script.text()).contains("redis.call('TIME')").contains("local GRACE = 20000\n");
    assertThat(script.sha1()).hasSize(40);
  }

  private static Duration grace(Duration asked) {
    PresenceSettings settings = new PresenceSettings(Duration.ofMinutes(5), asked, 10);
    return RedisScript.forManyNodes(settings).disconnectGrace();
  }
}
