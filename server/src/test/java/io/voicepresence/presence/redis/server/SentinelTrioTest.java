package io.voicepresence.presence.redis.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentinelTrioTest {
  @Test
  void promotesAReplicaWhenTheMasterDies() {
    try (SentinelTrio trio = SentinelTrio.start()) {
      RedisServer old = trio.master();
      old.command("SET", "a", "1");
      old.command("WAIT", "2", "1000");

      RedisServer promoted = trio.failover();

      assertThat(promoted).isNotEqualTo(old);
      assertThat(promoted.command("GET", "a")).isEqualTo("1");
      assertThat(promoted.command("SET", "a", "2")).isEqualTo("OK");
    }
  }
}
