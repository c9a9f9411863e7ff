package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.Installed.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.presence.redis.server.RedisServer;
import io.voicepresence.presence.redis.server.SentinelTrio;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The master that Sentinels name, and the next one. */
class SentinelInstallationTest {
  private SentinelTrio trio;

  @BeforeEach
  void start() {
    trio = SentinelTrio.start();
  }

  @AfterEach
  void stop() {
    trio.close();
  }

  @Test
  void theNextMasterIsFollowedAndTold() {
    try (Installed redis = Installed.connected(trio.url())) {
      AtomicInteger told = new AtomicInteger();
      redis.topology().onChange(told::incrementAndGet);
      redis.increment("k").join();
      String name = redis.commands().serverOf("k");

      RedisServer promoted = trio.failover();

      await("for it", redis::reachable);
      redis.increment("k").join();
      assertThat(promoted.command("EXISTS", "k")).isEqualTo(1L);
      await("to be told", () -> told.get() == 1);
      assertThat(redis.commands().serverOf("k")).isEqualTo(name).isEqualTo("presence");
    }
  }

  @Test
  void aSentinelThatIsDownOrFrozenIsPassedOver() {
    trio.sentinels().getFirst().kill();
    trio.sentinels().getLast().suspend();
    try (Installed redis = Installed.connected(trio.url())) {
      redis.increment("k").join();
    }
  }

  @Test
  void aMasterThatIsLeftAliveByAFailoverIsLeftToo() {
    try (Installed redis = Installed.connected(trio.url())) {
      redis.increment("k").join();
      RedisServer old = trio.master();
      trio.sentinels().getFirst().command("SENTINEL", "FAILOVER", "presence");

      await("for another master", () -> !trio.master().equals(old));
      await(
          "for a write on the new one",
          () ->
              Installed.succeeds(redis.increment("new"))
                  && trio.master().command("EXISTS", "new").equals(1L));
      assertThat(await("to be well", redis::reachable)).isLessThan(Duration.ofSeconds(5));
    }
  }
}
