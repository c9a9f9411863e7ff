package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.FLOOR;
import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.LoadResult;
import io.voicepresence.bench.load.OneAtATime;
import io.voicepresence.bench.load.SteadyRate;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * How the CPU time per delivery grows; one start of the server for all points.
 *
 * @param points along the axis
 * @param layout what a point means
 * @param position the number on the axis that a layout really has, where the limit of open files
 *     made it smaller
 * @param perSecond updates a second; 0: one at a time
 */
record FanOutGrowth(
    String name,
    String title,
    String axis,
    List<Integer> points,
    IntFunction<Layout> layout,
    ToIntFunction<Layout> position,
    double perSecond)
    implements Growth {
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration WINDOW = Duration.ofMillis(1500);

  @Override
  public String cost() {
    return FanOut.CPU;
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE, FLOOR, PEER);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target,
        Map.of(),
        (server, _) -> {
          Map<String, Double> numbers = new LinkedHashMap<>();
          warmUp(stage, server);
          for (int point : points) {
            Layout wanted = layout.apply(point);
            int most = stage.mostConnections() / wanted.socketsPerChannel();
            Layout possible =
                Layout.spoken(Math.min(most, wanted.channels()), wanted.socketsPerChannel());
            numbers.put(
                "%,d".formatted(position.applyAsInt(possible)), measure(stage, server, possible));
          }
          return numbers;
        });
  }

  private void warmUp(Stage stage, ServerProcess server) {
    try (Crowd crowd = stage.open(server, Layout.spoken(100, 20))) {
      var _ = stage.warmUp(server, duration -> SteadyRate.run(crowd, 500, duration));
    }
  }

  private double measure(Stage stage, ServerProcess server, Layout possible) {
    try (Crowd crowd = stage.open(server, possible)) {
      var _ = run(crowd, WARM_UP).orThrow();
      List<Double> windows = new ArrayList<>();
      for (int window = 0; window < WINDOWS; window++) {
        Meter<LoadResult> meter = Meter.of(server.pid(), () -> run(crowd, WINDOW).orThrow());
        windows.add(meter.serverMicrosPer(meter.result().deliveries()));
      }
      return Growth.median(windows);
    }
  }

  private LoadResult run(Crowd crowd, Duration duration) {
    return perSecond > 0
        ? SteadyRate.run(crowd, perSecond, duration)
        : OneAtATime.run(crowd, duration);
  }
}
