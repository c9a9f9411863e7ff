package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.BARE;
import static io.voicepresence.bench.process.Target.FLOOR;
import static io.voicepresence.bench.process.Target.FLOOR_SEVERAL;
import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.LoadException;
import io.voicepresence.bench.load.LoadResult;
import io.voicepresence.bench.load.SteadyRate;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Searches, by steps, the highest rate of updates at which all arrive and 99 % in time. */
record HighestRate() implements Scenario {
  private static final Layout LAYOUT = Layout.spoken(500, 20);
  private static final double LATE_MILLIS = 200;
  private static final double STEP = 1.4;
  private static final Duration STEP_TIME = Duration.ofSeconds(2);
  private static final int TRIES = 2;
  private static final int HALVINGS = 2;

  /**
   * So many rates one above the other that are too high end the search, and one alone does not: who
   * joins what waits for the same sockets pays less for an event the more there are.
   */
  private static final int MISSES = 3;

  @Override
  public String name() {
    return "highest-rate";
  }

  @Override
  public String title() {
    return "Highest updates/s with p99 under 200 ms, 500 channels x 20 sockets (wall clock)";
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE, FLOOR, FLOOR_SEVERAL, PEER, BARE);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target,
        Map.of(),
        (server, _) -> {
          try (Crowd crowd = stage.open(server, LAYOUT)) {
            return search(crowd, server, stage, firstRate(target));
          }
        });
  }

  private static double firstRate(Target target) {
    return target == PEER || target == BARE ? 1000 : 6000;
  }

  private static Map<String, Double> search(
      Crowd crowd, ServerProcess server, Stage stage, double first) {
    var _ = stage.warmUp(server, duration -> SteadyRate.run(crowd, first / 2, duration));
    double passed = first;
    Map<String, Double> best = bestOfSome(crowd, server, passed);
    while (!inTime(best)) {
      passed /= STEP * STEP;
      if (passed < 10) {
        throw new LoadException("No rate is slow enough");
      }
      best = bestOfSome(crowd, server, passed);
    }
    double failed = 0;
    int misses = 0;
    for (double rate = passed * STEP; misses < MISSES; rate *= STEP) {
      Map<String, Double> step = bestOfSome(crowd, server, rate);
      if (inTime(step)) {
        passed = rate;
        best = step;
        misses = 0;
      } else if (misses++ == 0) {
        failed = rate;
      }
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = Math.sqrt(passed * failed);
      Map<String, Double> step = bestOfSome(crowd, server, middle);
      if (inTime(step)) {
        passed = middle;
        best = step;
      } else {
        failed = middle;
      }
    }
    return best;
  }

  /** A stall of the machine can spoil a step; a rate that is too high spoils them all. */
  private static Map<String, Double> bestOfSome(Crowd crowd, ServerProcess server, double rate) {
    Map<String, Double> step = step(crowd, server, rate);
    for (int tries = 1; tries < TRIES && !inTime(step); tries++) {
      step = step(crowd, server, rate);
    }
    return step;
  }

  private static boolean inTime(Map<String, Double> step) {
    return step.get("p99, ms") < LATE_MILLIS;
  }

  private static Map<String, Double> step(Crowd crowd, ServerProcess server, double rate) {
    Meter<LoadResult> meter =
        Meter.of(server.pid(), () -> SteadyRate.run(crowd, rate, STEP_TIME).orThrow());
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("updates/s", rate);
    numbers.putAll(FanOut.numbers(meter));
    return numbers;
  }
}
