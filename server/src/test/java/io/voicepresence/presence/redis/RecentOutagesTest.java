package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentOutagesTest {
  private static final Duration HOLD = Duration.ofSeconds(3);

  private final AtomicLong now = new AtomicLong();
  private final RecentOutages outages = new RecentOutages(now::get, HOLD);

  @Test
  void aServerSeenForTheFirstTimeIsLeftAloneForTheHold() {
    assertThat(outages.mustWait("a")).isTrue();
    pass(HOLD.minusMillis(1));
    assertThat(outages.mustWait("a")).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(outages.mustWait("a")).isFalse();
  }

  @Test
  void aServerThatFailsIsLeftAloneUntilTheHoldIsOverWithoutAnotherFailure() {
    known("a");
    outages.failed("a");
    pass(Duration.ofSeconds(2));
    outages.failed("a");
    pass(Duration.ofSeconds(2));
    assertThat(outages.mustWait("a")).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(outages.mustWait("a")).isFalse();
  }

  @Test
  void theOthersGoOn() {
    known("a");
    known("b");
    outages.failed("a");
    assertThat(outages.mustWait("b")).isFalse();
  }

  @Test
  void afterAPauseOfThisNodeItselfAllAreLeftAlone() {
    known("a");
    outages.running();
    pass(Duration.ofSeconds(30));
    outages.running();
    assertThat(outages.mustWait("a")).isTrue();
  }

  @Test
  void aNodeThatStartsOrWakesIsNewForTheHold() {
    assertThat(outages.isNew()).isTrue();
    known("a");
    assertThat(outages.isNew()).isFalse();
    pass(Duration.ofSeconds(30));
    outages.running();
    assertThat(outages.isNew()).isTrue();
    known("a");
    assertThat(outages.isNew()).isFalse();
  }

  @Test
  void roundsInTheirOrdinaryTimeAreNoPause() {
    known("a");
    for (int round = 0; round < 100; round++) {
      outages.running();
      pass(Duration.ofMillis(250));
    }
    assertThat(outages.mustWait("a")).isFalse();
  }

  @Test
  void aRoundThatLastsIsNoPause() {
    known("a");
    for (int step = 0; step < 10; step++) {
      outages.running();
      pass(Duration.ofSeconds(1));
    }
    outages.running();
    assertThat(outages.isNew()).isFalse();
    assertThat(outages.mustWait("a")).isFalse();
  }

  private void known(String server) {
    var _ = outages.mustWait(server);
    outages.running();
    pass(HOLD);
    outages.running();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
