package io.voicepresence.bench.scenario;

import io.voicepresence.bench.load.Crowd;
import io.voicepresence.bench.load.Layout;
import io.voicepresence.bench.process.JavaHeap;
import io.voicepresence.bench.process.ProcessUsage;
import io.voicepresence.bench.process.ServerProcess;
import io.voicepresence.bench.process.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a connection costs in memory while it does nothing: resident bytes after a full collection
 * of the server's garbage, where it has a JVM, and at least one ping of each connection.
 */
record IdleConnections(int connections) implements Scenario {
  private static final int IN_A_CHANNEL = 20;
  private static final int WARM_CONNECTIONS = 1000;
  private static final Duration PING = Duration.ofSeconds(4);

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String title() {
    return "Memory of an idle connection, %,d of them".formatted(connections);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.SERVICE, Target.PEER, Target.BARE, Target.FLOOR);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    return stage.with(
        target,
        Map.of("PING_INTERVAL", PING.toSeconds() + "s"),
        (server, _) -> {
          stage.open(server, Layout.silent(WARM_CONNECTIONS / IN_A_CHANNEL, IN_A_CHANNEL)).close();
          long heapBefore = heap(target, server);
          long residentBefore = ProcessUsage.resident(server.pid());
          Layout layout = Layout.silent(connections / IN_A_CHANNEL, IN_A_CHANNEL);
          try (Crowd crowd = stage.open(server, layout)) {
            crowd.hold(PING.plusSeconds(1));
            long untouched = ProcessUsage.resident(server.pid());
            long heap = heap(target, server) - heapBefore;
            long resident = ProcessUsage.resident(server.pid()) - residentBefore;
            Map<String, Double> numbers = new LinkedHashMap<>();
            numbers.put("resident per connection, KB", kilobytes(resident));
            numbers.put(
                "resident per connection before a collection, KB",
                kilobytes(untouched - residentBefore));
            if (heap > 0) {
              numbers.put("live heap per connection, KB", kilobytes(heap));
            }
            return numbers;
          }
        });
  }

  private double kilobytes(long bytes) {
    return bytes / 1024.0 / connections;
  }

  /** Live bytes on the heap of a JVM, after a full collection; 0 for others. */
  private static long heap(Target target, ServerProcess server) {
    return target == Target.SERVICE ? JavaHeap.live(server.pid()) : 0;
  }
}
