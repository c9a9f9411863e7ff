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
  void whatNeverGetsCheaperIsWarmAfterNineWindows() {
    assertThat(seconds(DoubleStream.generate(() -> 5))).isEqualTo(9 * WINDOW_SECONDS);
  }

  @Test
  void goesOnWhileTheCostFalls() {
    DoubleStream costs = DoubleStream.iterate(100, cost -> Math.max(40, cost - 5));

    // The 13th is the first of the cheap ones; eight more show that none is cheaper.
    assertThat(seconds(costs)).isEqualTo(21 * WINDOW_SECONDS);
  }

  @Test
  void whatFallsSlowlyFallsAllTheSame() {
    DoubleStream costs = DoubleStream.iterate(100, cost -> cost * 0.98);

    assertThat(seconds(costs)).isEqualTo(60);
  }

  @Test
  void windowsThatTheMachineSpoiledAreNotTakenForACost() {
    DoubleStream costs =
        DoubleStream.concat(
            DoubleStream.of(100, 90, 200, 300, 150, 180, 60), DoubleStream.generate(() -> 70));

    assertThat(seconds(costs)).isEqualTo(15 * WINDOW_SECONDS);
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
