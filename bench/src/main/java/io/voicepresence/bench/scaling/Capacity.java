package io.voicepresence.bench.scaling;

/**
 * What a workload needs, by the model.
 *
 * @param nodeCores of all nodes together, in an ordinary second
 * @param shardCores of all shards together
 * @param followed channels that one node follows
 * @param prolongs calls a second, of all nodes together
 * @param heartbeatPart the part of the shards' work that is prolonging
 * @param gigabits a second out of all nodes together
 */
record Capacity(
    long nodes,
    long shards,
    double nodeCores,
    double shardCores,
    double followed,
    double prolongs,
    double heartbeatPart,
    double gigabits,
    double nodeGibibytes) {

  /** Nodes depend on how many channels each follows, and that on how many nodes there are. */
  static Capacity of(Workload work, Costs costs, Plan plan) {
    long nodes = 1;
    while (true) {
      Capacity capacity = with(nodes, work, costs, plan);
      if (capacity.nodes() <= nodes) {
        return capacity;
      }
      nodes = Math.max(nodes + 1, (nodes + capacity.nodes()) / 2);
    }
  }

  static Capacity with(long nodes, Workload work, Costs costs, Plan plan) {
    double channels = work.channels();
    double following = spread(nodes, work.subscribers());
    double told = spread(nodes, work.audience());
    double vouching = spread(nodes, work.channelSize());
    double events = work.events();
    double prolongs = channels * vouching;
    double nodeMicros =
        events * work.audience() * costs.delivery()
            + events * costs.command()
            + events * told * costs.feedMessage()
            + work.connections() / work.connectedSeconds() * costs.connect()
            + prolongs * costs.prolongCall();
    double heartbeat = prolongs * costs.redisProlong() + work.users() * costs.redisProlongUser();
    double shardMicros = events * (costs.redisChange() + told * costs.redisPublish()) + heartbeat;
    double nodeCores = nodeMicros / 1e6;
    double shardCores = shardMicros / 1e6;
    long byCpu = (long) Math.ceil(nodeCores / (plan.coresPerNode() * plan.nodeUse()));
    long byConnections = (long) Math.ceil(work.connections() / plan.connectionsPerNode());
    return new Capacity(
        Math.max(byCpu, byConnections),
        (long) Math.ceil(shardCores / plan.shardUse()),
        nodeCores,
        shardCores,
        channels * following / nodes,
        prolongs,
        heartbeat / shardMicros,
        events * work.audience() * costs.eventBytes() * 8 / 1e9,
        work.connections() / nodes * costs.connectionBytes() / (1 << 30));
  }

  /** On how many of the nodes at least one of so many clients is, each on any node alike. */
  static double spread(long nodes, double clients) {
    return nodes * (1 - Math.pow(1 - 1.0 / nodes, clients));
  }
}
