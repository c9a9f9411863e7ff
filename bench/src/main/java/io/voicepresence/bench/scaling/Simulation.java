package io.voicepresence.bench.scaling;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Places every channel on a shard and each of its subscribers on a node, lets its users come, go
 * and change for some seconds, and counts what each node and shard has to do in each second.
 *
 * <p>Unlike the model it knows that channels are of very different sizes, and that seconds, nodes
 * and shards are.
 */
final class Simulation {
  private static final int SECONDS = 20;

  /** No channel is larger; what a product allows as a rule. */
  private static final int LARGEST = 500;

  private final Workload work;
  private final Costs costs;
  private final SplittableRandom random;
  private final double[][] nodeMicros;
  private final double[][] shardMicros;
  private final int[] inChannel;
  private final int[] watching;

  /**
   * What was counted, in cores.
   *
   * @param nodeMean of a node in a second
   * @param nodePeak of the busiest node in its busiest second
   */
  record Load(double nodeMean, double nodePeak, double shardMean, double shardPeak) {}

  private Simulation(Workload work, Costs costs, Capacity capacity, long seed) {
    this.work = work;
    this.costs = costs;
    this.random = new SplittableRandom(seed);
    int nodes = Math.toIntExact(capacity.nodes());
    this.nodeMicros = new double[nodes][SECONDS];
    this.shardMicros = new double[Math.toIntExact(capacity.shards())][SECONDS];
    this.inChannel = new int[nodes];
    this.watching = new int[nodes];
  }

  /** The same seed gives the same. */
  static Load of(Workload work, Costs costs, Capacity capacity, long seed) {
    return new Simulation(work, costs, capacity, seed).run();
  }

  private Load run() {
    long placed = 0;
    while (placed < work.users()) {
      placed += channel();
    }
    connections();
    return new Load(mean(nodeMicros), peak(nodeMicros), mean(shardMicros), peak(shardMicros));
  }

  private int channel() {
    int size = size();
    // A large channel is watched by more than a small one, in proportion.
    int subscribers = (int) Math.round(work.subscribers() * size / work.channelSize());
    int vouching = place(size, inChannel);
    int following = place(subscribers, watching);
    double[] shard = shardMicros[random.nextInt(shardMicros.length)];
    for (int second = 0; second < SECONDS; second++) {
      int events = poisson(size * work.eventsPerUser());
      shard[second] +=
          vouching * costs.redisProlong()
              + size * costs.redisProlongUser()
              + events * (costs.redisChange() + following * costs.redisPublish());
      for (int node = 0; node < nodeMicros.length; node++) {
        if (inChannel[node] > 0) {
          nodeMicros[node][second] += costs.prolongCall();
        }
        if (events > 0 && watching[node] > 0) {
          nodeMicros[node][second] +=
              events * (costs.feedMessage() + watching[node] * costs.delivery());
        }
      }
      for (int i = 0; i < events; i++) {
        nodeMicros[random.nextInt(nodeMicros.length)][second] += costs.command();
      }
    }
    return size;
  }

  /** New connections are those of everybody, whatever their channels. */
  private void connections() {
    double each = work.connections() / work.connectedSeconds() / nodeMicros.length;
    for (double[] node : nodeMicros) {
      for (int second = 0; second < SECONDS; second++) {
        node[second] += poisson(each) * costs.connect();
      }
    }
  }

  /** Gives how many nodes have one of them. */
  private int place(int clients, int[] nodes) {
    Arrays.fill(nodes, 0);
    int used = 0;
    for (int i = 0; i < clients; i++) {
      if (nodes[random.nextInt(nodes.length)]++ == 0) {
        used++;
      }
    }
    return used;
  }

  /** Log-normal, as the sizes of groups are: most are small, some are large. */
  private int size() {
    double mu = Math.log(work.channelSize()) - work.sizeSigma() * work.sizeSigma() / 2;
    double size = Math.exp(mu + work.sizeSigma() * gaussian());
    return Math.clamp(Math.round(size), 1, LARGEST);
  }

  private double gaussian() {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Knuth's way for small means, the normal distribution for large ones. */
  private int poisson(double mean) {
    if (mean > 50) {
      return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian()));
    }
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    int count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  private static double mean(double[][] micros) {
    return Arrays.stream(micros).flatMapToDouble(Arrays::stream).average().orElseThrow() / 1e6;
  }

  private static double peak(double[][] micros) {
    return Arrays.stream(micros).flatMapToDouble(Arrays::stream).max().orElseThrow() / 1e6;
  }
}
