package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.FLOOR;
import static io.voicepresence.bench.process.Target.FLOOR_SEVERAL;
import static io.voicepresence.bench.process.Target.FLOOR_URING;
import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;
import static io.voicepresence.bench.process.Target.SERVICE_REDIS;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.HttpLoad;
import io.voicepresence.bench.load.JoinStorm;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.LoadResult;
import io.voicepresence.bench.load.SteadyRate;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A thousand users join one channel by HTTP within a second, while a thousand sockets watch it. The
 * floor knows no joins: it gets as many updates in the same time.
 */
record Storm() implements Scenario {
  private static final int SOCKETS = 1000;
  private static final int USERS = 1000;
  private static final int HTTP_CONNECTIONS = 64;

  @Override
  public String name() {
    return "storm";
  }

  @Override
  public String title() {
    return "CPU per delivery in a storm: 1,000 joins (HTTP) within a second in a channel with 1,000 sockets";
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE, FLOOR, FLOOR_URING, FLOOR_SEVERAL, SERVICE_REDIS, PEER);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    boolean floor = target == FLOOR || target == FLOOR_URING || target == FLOOR_SEVERAL;
    return stage.with(
        target, Map.of(), (server, _) -> floor ? updates(stage, server) : joins(stage, server));
  }

  private static Map<String, Double> joins(Stage stage, ServerProcess server) {
    try (Crowd crowd = stage.open(server, Layout.silent(1, SOCKETS));
        HttpLoad http = HttpLoad.open(stage.load(), server.address(), HTTP_CONNECTIONS)) {
      JoinStorm storm = new JoinStorm(crowd, http, USERS);
      double warm =
          stage.warmUp(
              () -> {
                Meter<Long> meter = Meter.of(server.pid(), () -> storm.join(USERS));
                var _ = storm.leave(USERS);
                return meter.serverMicrosPer(meter.result());
              });
      return numbers(Meter.of(server.pid(), () -> storm.join(USERS)), warm);
    }
  }

  private static Map<String, Double> updates(Stage stage, ServerProcess server) {
    try (Crowd crowd = stage.open(server, Layout.spoken(1, SOCKETS))) {
      // More it could not deliver in time, and a window would take as long as it needs for all.
      double warm = stage.warmUp(server, duration -> SteadyRate.run(crowd, USERS / 10.0, duration));
      Meter<LoadResult> meter =
          Meter.of(
              server.pid(), () -> SteadyRate.run(crowd, USERS, Duration.ofSeconds(1)).orThrow());
      return numbers(
          new Meter<>(meter.result().deliveries(), meter.server(), meter.load(), meter.wall()),
          warm);
    }
  }

  private static Map<String, Double> numbers(Meter<Long> meter, double warm) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put(FanOut.CPU, meter.serverMicrosPer(meter.result()));
    numbers.put("took, s", meter.wall().toNanos() / 1e9);
    numbers.put("server busy, %", meter.serverPercent());
    numbers.put("load busy, %", meter.loadPercent());
    numbers.put(Stage.WARM_UP, warm);
    return numbers;
  }
}
