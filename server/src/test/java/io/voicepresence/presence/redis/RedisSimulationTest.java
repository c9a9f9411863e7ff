package io.voicepresence.presence.redis;

import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.redis.server.RedisServer;
import io.voicepresence.presence.simulation.PresenceSimulation;
import io.voicepresence.presence.simulation.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisSimulationTest extends PresenceSimulation {
  private static RedisLinks links;

  RedisSimulationTest() {
    super(40, true, false);
  }

  @BeforeAll
  static void startServer() {
    links = RedisLinks.to(RedisServer.start(), false);
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
