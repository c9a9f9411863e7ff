package io.voicepresence.presence.redis;

import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.redis.server.SingleNodeCluster;
import io.voicepresence.presence.simulation.PresenceSimulation;
import io.voicepresence.presence.simulation.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** With the keys of Cluster, on a server that refuses what crosses slots. */
class ClusterSimulationTest extends PresenceSimulation {
  private static RedisLinks links;

  ClusterSimulationTest() {
    super(15, true, true);
  }

  @BeforeAll
  static void startServer() {
    links = RedisLinks.to(SingleNodeCluster.start(), true);
  }

  @AfterAll
  static void stopServer() {
    links.close();
  }

  @Override
  protected Subject open(StoreClock clock, PresenceSettings settings) {
    return new RedisSubject(links, clock, settings);
  }
}
