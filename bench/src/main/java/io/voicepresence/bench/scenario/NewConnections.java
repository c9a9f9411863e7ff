package io.voicepresence.bench.scenario;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU time of a new connection: accept, upgrade, token, subscription, with a server that is warm.
 */
record NewConnections(int connections) implements Scenario {
  private static final int IN_A_CHANNEL = 20;

  /**
   * Until then the JIT compiler takes more than the connections: 8 rounds were 130 us instead of
   * 51.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "connect";
  }

  @Override
  public String title() {
    return "CPU of a new connection (TCP, upgrade, token, subscribe), %,d of them, warm"
        .formatted(connections);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.SERVICE, Target.PEER, Target.BARE, Target.FLOOR);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target,
        Map.of(),
        (server, _) -> {
          long warmAt = System.nanoTime() + WARM_UP.toNanos();
          while (System.nanoTime() < warmAt) {
            open(stage, server).close();
          }
          Meter<Crowd> meter = Meter.of(server.pid(), () -> open(stage, server));
          meter.result().close();
          Map<String, Double> numbers = new LinkedHashMap<>();
          numbers.put("CPU per connection, us", meter.serverMicrosPer(connections));
          numbers.put("connections/s", connections * 1e9 / meter.wall().toNanos());
          numbers.put("load busy, %", meter.loadPercent());
          return numbers;
        });
  }

  private Crowd open(Stage stage, ServerProcess server) {
    return stage.open(server, Layout.silent(connections / IN_A_CHANNEL, IN_A_CHANNEL));
  }
}
