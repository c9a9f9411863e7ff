package io.voicepresence.bench.scenario;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.LoadResult;
import io.voicepresence.bench.load.OneAtATime;
import io.voicepresence.bench.load.SteadyRate;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * CPU time per delivered event.
 *
 * @param perSecond updates a second; none: one update at a time, the next when all have the last
 */
record FanOut(
    String name, String title, Layout layout, OptionalDouble perSecond, List<Target> targets)
    implements Scenario {
  static final String CPU = "CPU per delivery, us";

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target,
        Map.of(),
        (server, _) -> {
          try (Crowd crowd = stage.open(server, layout)) {
            // At a rate that leaves a core idle, a JIT compiler comes to the point only after a
            // minute.
            double busy =
                perSecond.isPresent()
                    ? stage.warmUp(server, duration -> OneAtATime.run(crowd, duration))
                    : 0;
            double warm = busy + stage.warmUp(server, duration -> run(crowd, duration));
            Meter<LoadResult> meter =
                Meter.of(server.pid(), () -> run(crowd, stage.window()).orThrow());
            Map<String, Double> numbers = numbers(meter);
            numbers.put(Stage.WARM_UP, warm);
            return numbers;
          }
        });
  }

  private LoadResult run(Crowd crowd, Duration duration) {
    return perSecond.isPresent()
        ? SteadyRate.run(crowd, perSecond.getAsDouble(), duration)
        : OneAtATime.run(crowd, duration);
  }

  static Map<String, Double> numbers(Meter<LoadResult> meter) {
    LoadResult result = meter.result();
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put(CPU, meter.serverMicrosPer(result.deliveries()));
    numbers.put("deliveries/s", result.deliveries() * 1e9 / result.took().toNanos());
    numbers.put("p50, ms", result.millis(50));
    numbers.put("p99, ms", result.millis(99));
    numbers.put("server busy, %", meter.serverPercent());
    numbers.put("load busy, %", meter.loadPercent());
    return numbers;
  }
}
