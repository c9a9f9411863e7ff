package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE;
import static io.voicepresence.bench.process.Target.SERVICE_REDIS;

import io.voicepresence.bench.load.HttpLoad;
import io.voicepresence.bench.load.HttpResult;
import io.voicepresence.bench.load.PresenceRequests;
import io.voicepresence.bench.process.RedisCounters;
import io.voicepresence.bench.process.RedisServer;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * CPU time of an HTTP call, and of Redis for it: 32 connections, each sends the next call when it
 * has its answer. 2,000 users, 10 in a channel.
 */
record HttpCalls(String name, String title, Call call) implements Scenario {
  private static final int CONNECTIONS = 32;
  private static final int USERS = 2000;
  private static final int IN_A_CHANNEL = 10;
  private static final int ROUNDS = 6;

  /** What is called. */
  enum Call {
    JOIN,
    GET
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE, SERVICE_REDIS, PEER);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target,
        Map.of(),
        (server, redis) -> {
          try (HttpLoad http = HttpLoad.open(stage.load(), server.address(), CONNECTIONS)) {
            return measure(stage, server, redis, http);
          }
        });
  }

  private Map<String, Double> measure(
      Stage stage, ServerProcess server, Optional<RedisServer> redis, HttpLoad http) {
    PresenceRequests requests = new PresenceRequests(0, USERS);
    int count = ROUNDS * USERS;
    IntFunction<byte[]> calls =
        call == Call.JOIN
            ? i -> requests.join(i % USERS, channel(i / USERS, i % USERS))
            : i -> requests.get(i % USERS, channel(0, i % USERS));
    if (call == Call.GET) {
      var _ = http.run(USERS, i -> requests.join(i, channel(0, i)));
    }
    double warm =
        stage.warmUp(
            () -> {
              Meter<HttpResult> meter = Meter.of(server.pid(), () -> http.run(count, calls));
              forget(http, requests);
              return meter.serverMicrosPer(count);
            });
    Optional<RedisCounters> before = redis.map(RedisCounters::of);
    Meter<HttpResult> meter = Meter.of(server.pid(), () -> http.run(count, calls));
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("CPU per call, us", meter.serverMicrosPer(count));
    redis.ifPresent(
        counted -> {
          RedisCounters used = RedisCounters.of(counted).since(before.orElseThrow());
          numbers.put("Redis' CPU per call, us", used.cpu().toNanos() / 1e3 / count);
          numbers.put(
              "Redis' time in commands per call, us", (double) used.commandMicros() / count);
          numbers.put("reads by Redis per call", (double) used.reads() / count);
        });
    numbers.put("calls/s", count * 1e9 / meter.result().nanos());
    numbers.put("p99, ms", meter.result().latencies().getValueAtPercentile(99) / 1e6);
    numbers.put(Stage.WARM_UP, warm);
    return numbers;
  }

  /** All leave what they joined, so that each join is a new presence and the state stays small. */
  private void forget(HttpLoad http, PresenceRequests requests) {
    if (call == Call.JOIN) {
      var _ =
          http.run(ROUNDS * USERS, i -> requests.leave(i % USERS, channel(i / USERS, i % USERS)));
    }
  }

  private static String channel(int round, int user) {
    return "r%d-%d".formatted(round, user / IN_A_CHANNEL);
  }
}
