package io.voicepresence.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommandLimiterTest {
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");

  /** Near the end of the nano clock, which wraps around. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

  private final CommandLimiter limiter = new CommandLimiter(10, 5, nanos::get);

  @Test
  void takesABurstAndThenTheRate() {
    for (int i = 0; i < 5; i++) {
      limiter.admit(ANN);
    }
    RequestException refused = refused();
    assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(100));

    pass(Duration.ofMillis(100));
    limiter.admit(ANN);
    assertThat(refused().retryAfter()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aCommandThatCostsMoreThanTheBurstIsTakenWhenTheWholeBurstIsFree() {
    limiter.admit(ANN);
    limiter.admit(ANN, 200);
    assertThat(refused().retryAfter()).isEqualTo(Duration.ofMillis(100));

    pass(Duration.ofMillis(500));
    limiter.admit(ANN);
    assertThatCode(() -> limiter.admit(ANN, 200)).doesNotThrowAnyException();
  }

  @Test
  void oneWhoIsRefusedDoesNotPayForIt() {
    for (int i = 0; i < 5; i++) {
      limiter.admit(ANN);
    }
    for (int i = 0; i < 100; i++) {
      refused();
    }
    pass(Duration.ofMillis(100));
    assertThatCode(() -> limiter.admit(ANN)).doesNotThrowAnyException();
  }

  @Test
  void oneUserDoesNotPayForAnother() {
    for (int i = 0; i < 5; i++) {
      limiter.admit(ANN);
    }
    refused();
    assertThatCode(() -> limiter.admit(BOB)).doesNotThrowAnyException();
  }

  @Test
  void forgetsWhoHasPaidOff() {
    limiter.admit(ANN);
    pass(Duration.ofMillis(50));
    limiter.admit(BOB);
    pass(Duration.ofMillis(60));

    limiter.forgetIdle();

    assertThat(limiter.size()).isEqualTo(1);
  }

  private RequestException refused() {
    return catchThrowableOfType(RequestException.class, () -> limiter.admit(ANN));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
