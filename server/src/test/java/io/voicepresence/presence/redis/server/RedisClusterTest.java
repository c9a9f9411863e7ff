package io.voicepresence.presence.redis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisClusterTest {
  private static RedisCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RedisCluster.start();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void keepsTheKeysOfASlotThatMoves() {
    int slot = cluster.slotOf("{moved}");
    RedisServer source = cluster.masterOf(slot);
    RedisServer target =
        cluster.servers().stream()
            .filter(s -> ClusterView.of(s).isMaster() && !s.equals(source))
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < 250; i++) {
      source.command("SET", "{moved}" + i, "value");
    }

    cluster.moveSlot(slot, target);

    assertThat(cluster.masterOf(slot)).isEqualTo(target);
    assertThat(target.command("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot)))
        .isEqualTo(250L);
    assertThatThrownBy(() -> source.command("GET", "{moved}1")).hasMessageContaining("MOVED");
    assertThat(cluster.command("{moved}1", "GET", "{moved}1")).isEqualTo("value");
  }

  @Test
  void makesAReplicaTheMasterByForceAndByDeath() {
    int slot = cluster.slotOf("b");
    RedisServer first = cluster.masterOf(slot);
    first.command("SET", "b", "1");
    first.command("WAIT", "1", "1000");
    RedisServer second = cluster.replicaOf(first);

    cluster.failover(second, true);
    assertThat(cluster.masterOf(slot)).isEqualTo(second);
    assertThat(cluster.replicaOf(second)).isEqualTo(first);
    // One that never synchronized with its master is not elected when that dies.
    second.command("SET", "b", "2");
    assertThat(second.command("WAIT", "1", "10000")).isEqualTo(1L);
    second.kill();
    assertThat(cluster.masterOf(slot)).isEqualTo(first);
    cluster.awaitHealthy();
    assertThat(cluster.command("b", "GET", "b")).isEqualTo("2");
    second.restart();
  }
}
