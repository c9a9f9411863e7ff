package io.voicepresence.bench.scenario;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.LoadLoop;
import io.voicepresence.bench.load.LoadResult;
import io.voicepresence.bench.process.Launcher;
import io.voicepresence.bench.process.RedisServer;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * What scenarios play on: servers on one core, the load and Redis on the other.
 *
 * @param launcher starts servers
 * @param load the load's event loop
 * @param redisServer the path of a redis-server
 * @param loadCores where the load and Redis run, as taskset writes it
 * @param mostConnections what the limit of open files allows
 * @param quick whether to measure for a short time only
 */
public record Stage(
    Launcher launcher,
    LoadLoop load,
    Path redisServer,
    String loadCores,
    int mostConnections,
    boolean quick) {
  /** The name of the number that says how long a warm-up took. */
  static final String WARM_UP = "warm-up, s";

  private static final Duration WARM_WINDOW = Duration.ofMillis(1500);

  /** What is done with a server that runs. */
  @FunctionalInterface
  public interface Play {
    /** Measures something. */
    Map<String, Double> on(ServerProcess server, Optional<RedisServer> redis);
  }

  /** Starts a target, and its Redis if it needs one, measures, and ends them. */
  public Map<String, Double> with(Target target, Map<String, String> settings, Play play) {
    Optional<RedisServer> redis =
        target.needsRedis() ? Optional.of(startRedis()) : Optional.empty();
    try (ServerProcess server = launcher.start(target, redis.map(RedisServer::address), settings)) {
      return play.on(server, redis);
    } finally {
      redis.ifPresent(RedisServer::close);
    }
  }

  public RedisServer startRedis() {
    return RedisServer.start(redisServer, loadCores);
  }

  public Crowd open(ServerProcess server, Layout layout) {
    InetSocketAddress address = server.address();
    return Crowd.open(load, _ -> address, layout);
  }

  /**
   * Warms a server up: repeats work until its cost falls no more.
   *
   * @param window works and returns what it cost
   * @return seconds it took
   */
  double warmUp(DoubleSupplier window) {
    return new WarmUp(Duration.ofSeconds(quick ? 10 : 60), System::nanoTime).run(window);
  }

  /** Warms a server up by runs that deliver events. */
  double warmUp(ServerProcess server, Function<Duration, LoadResult> run) {
    return warmUp(
        () -> {
          Meter<LoadResult> meter = Meter.of(server.pid(), () -> run.apply(WARM_WINDOW).orThrow());
          return meter.serverMicrosPer(meter.result().deliveries());
        });
  }

  /** How long to measure. */
  public Duration window() {
    return Duration.ofSeconds(quick ? 2 : 4);
  }
}
