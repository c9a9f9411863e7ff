package io.voicepresence.bench.scenario;

import static io.voicepresence.bench.process.Target.PEER;
import static io.voicepresence.bench.process.Target.SERVICE_REDIS;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.HttpLoad;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.load.PresenceRequests;
import io.voicepresence.bench.process.RedisCounters;
import io.voicepresence.bench.process.RedisMonitor;
import io.voicepresence.bench.process.RedisServer;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What an operation asks of Redis: commands, and packets that Redis reads, which are round trips
 * where one waits for the other. One operation at a time; what goes on in the background (probes)
 * is not taken out, so it can only look worse than it is.
 */
record RedisCommands() implements Scenario {
  private static final int OPERATIONS = 1000;
  private static final int IN_A_CHANNEL = 10;
  private static final int SUBSCRIBERS = 1000;

  private static final Duration BACKGROUND = Duration.ofSeconds(2);

  /** The monitor writes a moment later than the command's answer. */
  private static final Duration MONITOR_DELAY = Duration.ofMillis(200);

  @Override
  public String name() {
    return "redis-commands";
  }

  @Override
  public String title() {
    return "Redis commands and packets for a join, a leave, an update, a look, and a subscription to a channel that the node follows";
  }

  @Override
  public List<Target> targets() {
    return List.of(SERVICE_REDIS, PEER);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target, Map.of(), (server, redis) -> measure(stage, server, redis.orElseThrow()));
  }

  private static Map<String, Double> measure(Stage stage, ServerProcess server, RedisServer redis) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    PresenceRequests requests = new PresenceRequests(0, OPERATIONS);
    try (Crowd follower = stage.open(server, Layout.silent(OPERATIONS / IN_A_CHANNEL, 1));
        HttpLoad http = HttpLoad.open(stage.load(), server.address(), 1);
        RedisMonitor monitor = new RedisMonitor(redis)) {
      // The first calls load scripts and open connections.
      var _ = http.run(IN_A_CHANNEL, user -> requests.join(user, "warm"));
      Counter counter = new Counter(redis, monitor, follower, numbers);
      counter.count("join", http, user -> requests.join(user, channel(user)));
      counter.count("update", http, user -> requests.update(user, channel(user), 5));
      counter.count("look", http, user -> requests.get(user, channel(user)));
      counter.count(
          "subscription",
          SUBSCRIBERS,
          () -> {
            int channels = OPERATIONS / IN_A_CHANNEL;
            stage.open(server, Layout.silent(channels, SUBSCRIBERS / channels)).close();
          });
      counter.count("leave", http, user -> requests.leave(user, channel(user)));
      counter.countBackground();
    }
    return numbers;
  }

  private static String channel(int user) {
    return "c%07d".formatted(user / IN_A_CHANNEL);
  }

  private record Counter(
      RedisServer redis, RedisMonitor monitor, Crowd follower, Map<String, Double> numbers) {

    void count(String what, HttpLoad http, IntFunction<byte[]> requests) {
      count(what, OPERATIONS, () -> http.run(OPERATIONS, requests));
    }

    void count(String what, int operations, Runnable work) {
      Count count = during(work);
      System.out.println("  " + what + ": " + count.commands());
      numbers.put("commands per " + what, (double) count.sum() / operations);
      numbers.put("packets per " + what, (double) count.packets() / operations);
    }

    /** What goes on without any operation. */
    void countBackground() {
      Count count = during(() -> follower.hold(BACKGROUND));
      System.out.println("  background: " + count.commands());
      numbers.put(
          "commands in the background per s", (double) count.sum() / BACKGROUND.toSeconds());
    }

    private Count during(Runnable work) {
      Map<String, Long> before = monitor.counts();
      RedisCounters countersBefore = RedisCounters.of(redis);
      work.run();
      long packets = RedisCounters.of(redis).since(countersBefore).reads();
      follower.hold(MONITOR_DELAY);
      Map<String, Long> after = monitor.counts();
      after.replaceAll((name, count) -> count - before.getOrDefault(name, 0L));
      after.remove("info");
      after.values().removeIf(count -> count == 0);
      return new Count(after, packets);
    }
  }

  private record Count(Map<String, Long> commands, long packets) {
    long sum() {
      return commands.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
