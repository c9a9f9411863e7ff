package io.voicepresence.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

class CapacityTest {
  private static final Costs COSTS = new Costs(4, 50, 10, 100, 20, 15, 1, 8, 2, 5_000, 400);

  @Test
  void clientsAreOnAsManyNodesAsThereAreUntilTheyMeet() {
    assertThat(Capacity.spread(1, 20)).isEqualTo(1);
    assertThat(Capacity.spread(1_000, 1)).isCloseTo(1, within(1e-9));
    assertThat(Capacity.spread(2, 2)).isCloseTo(1.5, within(1e-9));
    assertThat(Capacity.spread(10, 1_000)).isCloseTo(10, within(1e-9));
  }

  @Test
  void theNodesOfTheModelCarryItsLoad() {
    Workload work = Workload.of(100_000);
    Capacity capacity = Capacity.of(work, COSTS, Plan.DEFAULT);

    assertThat(capacity.nodeCores())
        .isLessThanOrEqualTo(
            capacity.nodes() * Plan.DEFAULT.coresPerNode() * Plan.DEFAULT.nodeUse());
    assertThat(capacity.shardCores())
        .isLessThanOrEqualTo(capacity.shards() * Plan.DEFAULT.shardUse());
    Capacity fewer = Capacity.with(capacity.nodes() - 1, work, COSTS, Plan.DEFAULT);
    assertThat(fewer.nodes()).isEqualTo(capacity.nodes());
  }

  @Test
  void theSimulationFindsWhatTheModelSays() {
    Workload work = Workload.of(100_000);
    Capacity capacity = Capacity.of(work, COSTS, Plan.DEFAULT);

    Simulation.Load load = Simulation.of(work, COSTS, capacity, 1);

    assertThat(load.nodeMean() * capacity.nodes())
        .isCloseTo(capacity.nodeCores(), withinPercentage(15));
    assertThat(load.shardMean() * capacity.shards())
        .isCloseTo(capacity.shardCores(), withinPercentage(15));
    assertThat(load.nodePeak()).isGreaterThan(load.nodeMean());
    assertThat(Simulation.of(work, COSTS, capacity, 1)).isEqualTo(load);
  }
}
