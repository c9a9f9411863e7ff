package io.voicepresence.bench.scaling;

import java.io.PrintStream;
import java.util.Locale;

/** Prints the tables of {@code docs/scaling.md}. */
public final class Scaling {
  private static final long[] USERS = {100_000, 1_000_000, 10_000_000};
  private static final long SEED = 20261122;

  private Scaling() {}

  /**
   * Takes no arguments; costs and workload are in the source, where they are explained.
   *
   * @param args ignored
   */
  public static void main(String[] args) {
    print(System.out, MeasuredCosts.LATEST);
  }

  static void print(PrintStream out, Costs costs) {
    out.println(
        "| users in voice | connections | events/s | deliveries/s | nodes | shards | node cores |"
            + " shard cores | of that heartbeat | Gbit/s out | GiB a node |");
    out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (long users : USERS) {
      Workload work = Workload.of(users);
      Capacity capacity = Capacity.of(work, costs, Plan.DEFAULT);
      out.printf(
          Locale.ROOT,
          "| %,d | %,.0f | %,.0f | %,.0f | %d | %d | %.1f | %.1f | %.0f %% | %.2f | %.1f |%n",
          users,
          work.connections(),
          work.events(),
          work.events() * work.audience(),
          capacity.nodes(),
          capacity.shards(),
          capacity.nodeCores(),
          capacity.shardCores(),
          100 * capacity.heartbeatPart(),
          capacity.gigabits(),
          capacity.nodeGibibytes());
    }
    out.println();
    out.println(
        "| users in voice | a node, by the model | simulated | busiest node and second |"
            + " a shard, by the model | simulated | busiest shard and second |");
    out.println("|---|---|---|---|---|---|---|");
    for (long users : USERS) {
      Workload work = Workload.of(users);
      Capacity capacity = Capacity.of(work, costs, Plan.DEFAULT);
      Simulation.Load load = Simulation.of(work, costs, capacity, SEED);
      out.printf(
          Locale.ROOT,
          "| %,d | %.2f cores | %.2f | %.2f | %.2f cores | %.2f | %.2f |%n",
          users,
          capacity.nodeCores() / capacity.nodes(),
          load.nodeMean(),
          load.nodePeak(),
          capacity.shardCores() / capacity.shards(),
          load.shardMean(),
          load.shardPeak());
    }
  }
}
