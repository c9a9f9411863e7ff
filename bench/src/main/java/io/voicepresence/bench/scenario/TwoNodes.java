package io.voicepresence.bench.scenario;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.LoadResult;
import io.voicepresence.bench.load.SteadyRate;
import io.voicepresence.bench.process.RedisServer;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Latency from one node to another: who speaks is on one, who listens on the other. Both nodes
 * share the servers' core; Redis and the load the other.
 */
record TwoNodes() implements Scenario {
  private static final int CHANNELS = 500;
  private static final int LISTENERS = 20;
  private static final double UPDATES_PER_SECOND = 2500;

  @Override
  public String name() {
    return "two-nodes";
  }

  @Override
  public String title() {
    return "p99 from command to delivery on another node, 50,000 deliveries/s, all on two cores (wall clock)";
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.SERVICE_REDIS);
  }

  @Override
  public Map<String, Double> measure(Target measured, Stage stage) {
    try (RedisServer redis = stage.startRedis();
        ServerProcess speakers = start(stage, redis);
        ServerProcess listeners = start(stage, redis)) {
      InetSocketAddress first = speakers.address();
      InetSocketAddress second = listeners.address();
      Layout layout = Layout.spoken(CHANNELS, LISTENERS + 1);
      try (Crowd crowd =
          Crowd.open(stage.load(), socket -> socket < CHANNELS ? first : second, layout)) {
        // A cold node cannot keep up with the full rate yet.
        var _ = warmUp(stage, crowd, speakers, UPDATES_PER_SECOND / 4);
        double warm = warmUp(stage, crowd, speakers, UPDATES_PER_SECOND);
        Meter<LoadResult> meter =
            Meter.of(
                listeners.pid(),
                () -> SteadyRate.run(crowd, UPDATES_PER_SECOND, stage.window()).orThrow());
        Map<String, Double> numbers = numbers(meter);
        numbers.put(Stage.WARM_UP, warm);
        return numbers;
      }
    }
  }

  private static double warmUp(
      Stage stage, Crowd crowd, ServerProcess speakers, double updatesPerSecond) {
    return stage.warmUp(speakers, duration -> SteadyRate.run(crowd, updatesPerSecond, duration));
  }

  private ServerProcess start(Stage stage, RedisServer redis) {
    return stage.launcher().start(Target.SERVICE_REDIS, Optional.of(redis.address()), Map.of());
  }

  private static Map<String, Double> numbers(Meter<LoadResult> meter) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    LoadResult result = meter.result();
    numbers.put("p50, ms", result.millis(50));
    numbers.put("p99, ms", result.millis(99));
    numbers.put("p99.9, ms", result.millis(99.9));
    numbers.put("deliveries/s", result.deliveries() * 1e9 / result.took().toNanos());
    numbers.put("listeners' node busy, %", meter.serverPercent());
    numbers.put("load busy, %", meter.loadPercent());
    return numbers;
  }
}
