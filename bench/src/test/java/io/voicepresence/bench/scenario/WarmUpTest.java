package io.voicepresence.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final double WINDOW_SECONDS = 2;

  private final AtomicLong clock = new AtomicLong();
  private final WarmUp warmUp = new WarmUp(Duration.ofSeconds(60), clock::get);

  @Test
  void whatNeverGetsCheaperIsWarmAfterSixWindows() {
    assertThat(seconds(DoubleStream.generate(() -> 5))).isEqualTo(6 * WINDOW_SECONDS);
  }

  @Test
  void goesOnWhileTheCostFalls() {
    DoubleStream costs = DoubleStream.iterate(100, cost -> Math.max(40, cost - 5));

    // 12 windows fall by 5; three windows of 40 after three of them are needed.
    assertThat(seconds(costs)).isBetween(14 * WINDOW_SECONDS, 18 * WINDOW_SECONDS);
  }

  @Test
  void endsWhenItsTimeIsOver() {
    DoubleStream costs = DoubleStream.iterate(100, cost -> cost * 0.9);

    assertThat(seconds(costs)).isEqualTo(60);
  }

  private double seconds(DoubleStream costs) {
    Iterator<Double> next = costs.iterator();
    return warmUp.run(
        () -> {
          clock.addAndGet((long) (WINDOW_SECONDS * 1e9));
          return next.next();
        });
  }
}
