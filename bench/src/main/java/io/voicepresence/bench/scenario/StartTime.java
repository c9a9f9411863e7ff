package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;
import static io.voicepresence.bench.process.Target.SERVICE_REDIS;

import io.voicepresence.bench.process.Launcher;
import io.voicepresence.bench.process.RedisServer;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the start of the process to the first request that says it is ready, on both cores. */
record StartTime() implements Scenario {
  private static final String BOTH_CORES = "0,1";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String title() {
    return "Start to ready, on both cores (wall clock)";
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE, SERVICE_REDIS, PEER);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    Launcher launcher = stage.launcher().on(BOTH_CORES);
    try (RedisServer redis = stage.startRedis()) {
      Optional<InetSocketAddress> at = Optional.of(redis.address());
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put(
          target == PEER ? "node, s" : "bin/voice-presence, with its cache, s",
          seconds(launcher.start(target, at, Map.of())));
      if (target != PEER) {
        numbers.put("java -jar, s", seconds(launcher.startJar(target, at)));
      }
      return numbers;
    }
  }

  private static double seconds(ServerProcess server) {
    try (server) {
      return server.startTime().toNanos() / 1e9;
    }
  }
}
