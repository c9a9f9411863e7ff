package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE_REDIS;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.SteadyRate;
import io.voicepresence.bench.process.RedisServer;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same load on one, two and three nodes, the sockets of each channel spread over all. */
record NodesGrowth() implements Growth {
  private static final int MOST_NODES = 3;
  private static final Layout LAYOUT = Layout.spoken(500, 20);
  private static final double UPDATES_PER_SECOND = 500;
  private static final Duration WINDOW = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "growth-nodes";
  }

  @Override
  public String title() {
    return "CPU of all nodes per delivered event, 500 channels x 20 sockets spread over them, 500 updates/s";
  }

  @Override
  public String axis() {
    return "nodes";
  }

  @Override
  public String cost() {
    return "CPU of all nodes per delivery, us";
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE_REDIS, PEER);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    try (RedisServer redis = stage.startRedis()) {
      List<ServerProcess> nodes = new ArrayList<>();
      try {
        for (int count = 1; count <= MOST_NODES; count++) {
          nodes.add(stage.launcher().start(target, Optional.of(redis.address()), Map.of()));
          numbers.put(Integer.toString(count), measure(stage, nodes));
        }
      } finally {
        nodes.forEach(ServerProcess::close);
      }
    }
    return numbers;
  }

  private static double measure(Stage stage, List<ServerProcess> nodes) {
    List<InetSocketAddress> addresses = nodes.stream().map(ServerProcess::address).toList();
    try (Crowd crowd =
        Crowd.open(
            stage.load(),
            // Those of a channel have numbers that differ by the number of channels.
            socket -> addresses.get((socket + socket / LAYOUT.channels()) % addresses.size()),
            LAYOUT)) {
      var _ = stage.warmUp(() -> window(crowd, nodes));
      List<Double> windows = new ArrayList<>();
      for (int window = 0; window < WINDOWS; window++) {
        windows.add(window(crowd, nodes));
      }
      return Growth.median(windows);
    }
  }

  private static double window(Crowd crowd, List<ServerProcess> nodes) {
    Duration before = cpu(nodes);
    long deliveries = SteadyRate.run(crowd, UPDATES_PER_SECOND, WINDOW).orThrow().deliveries();
    return cpu(nodes).minus(before).toNanos() / 1e3 / deliveries;
  }

  private static Duration cpu(List<ServerProcess> nodes) {
    return nodes.stream().map(ServerProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }
}
