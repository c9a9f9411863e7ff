package io.voicepresence.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final Duration HALF = Duration.ofMillis(1_500);
  private static final long LOSS = 7;

  private final Settling settling = new Settling(SETTLE);

  @Test
  void aLossIsOverAfterTheWholeTime() {
    assertThat(settling.begins()).isTrue();
    assertThat(settling.pause(LOSS)).isEqualTo(SETTLE);
    assertThat(settling.over()).hasValue(LOSS);
    assertThat(settling.begins()).isFalse();
  }

  @Test
  void aFirstReassertionIntoNothingHasItBeginAnewAndThatIsTheLongest() {
    assertThat(settling.pause(Look.Settle.NOTHING_STORED)).isEqualTo(HALF);
    assertThat(settling.over()).isEmpty();
    assertThat(settling.pause(Look.Settle.NOTHING_STORED)).isEqualTo(HALF);
    assertThat(settling.over()).hasValue(Look.Settle.NOTHING_STORED);
    assertThat(settling.pause(LOSS)).isEqualTo(SETTLE);
    assertThat(settling.over()).hasValue(LOSS);
  }

  @Test
  void aSingleFailedLookCostsHalfTheTimeWhereTheLossIsTheSame() {
    var _ = settling.pause(LOSS);
    settling.lookFailed();
    assertThat(settling.over()).isEmpty();
    settling.looked();
    assertThat(settling.pause(LOSS)).isEqualTo(HALF);
    assertThat(settling.over()).hasValue(LOSS);
  }

  @Test
  void afterASingleFailedLookAnotherLossHasTheWholeTime() {
    var _ = settling.pause(LOSS);
    settling.lookFailed();
    settling.looked();
    assertThat(settling.pause(LOSS + 1)).isEqualTo(SETTLE);
    assertThat(settling.over()).hasValue(LOSS + 1);
  }

  @Test
  void twoFailedLooksInARowHaveItBeginAnew() {
    var _ = settling.pause(LOSS);
    settling.lookFailed();
    settling.lookFailed();
    settling.looked();
    assertThat(settling.pause(LOSS)).isEqualTo(SETTLE);
    assertThat(settling.over()).hasValue(LOSS);
  }
}
