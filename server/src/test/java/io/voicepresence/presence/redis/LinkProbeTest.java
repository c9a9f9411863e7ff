package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.FeedMessages.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkProbeTest {
  private long now = 1_000;
  private final LinkProbe probe = new LinkProbe("probe", "node", now);

  @Test
  void isDueEverySecond() {
    assertThat(probe.due(now)).isTrue();
    probe.next(now);
    pass(999);
    assertThat(probe.due(now)).isFalse();
    pass(1);
    assertThat(probe.due(now)).isTrue();
  }

  @Test
  void isFreshForThreeSecondsFromWhenItWasSent() {
    byte[] sent = probe.next(now);
    assertThat(probe.fresh(now)).isFalse();
    pass(2_000);
    assertThat(probe.returned(sent)).isTrue();
    pass(1_000);
    assertThat(probe.fresh(now)).isTrue();
    pass(1);
    assertThat(probe.fresh(now)).isFalse();
    assertThat(probe.starved(now)).isTrue();
  }

  @Test
  void starvesWhenNothingEverComesBack() {
    probe.next(now);
    pass(3_000);
    assertThat(probe.starved(now)).isFalse();
    pass(1);
    assertThat(probe.starved(now)).isTrue();
  }

  @Test
  void isNotFreshAfterAFreezeThoughExcused() {
    byte[] sent = probe.next(now);
    pass(30_000);
    probe.excuse(now);
    probe.returned(sent);
    assertThat(probe.fresh(now)).isFalse();
    assertThat(probe.starved(now)).isFalse();
    assertThat(probe.due(now)).isTrue();
    pass(3_001);
    assertThat(probe.starved(now)).isTrue();
  }

  @Test
  void doesNotBelieveOthers() {
    probe.next(now);
    for (String message :
        new String[] {
          "",
          "node",
          "node ",
          "node x",
          "node 2",
          "node 0",
          "node -1",
          "other 1",
          "node 11111111111111111111111111"
        }) {
      assertThat(probe.returned(bytes(message))).as(message).isFalse();
    }
    assertThat(probe.fresh(now)).isFalse();
    assertThat(probe.returned(bytes("node 1"))).isTrue();
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }
}
