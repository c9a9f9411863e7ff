package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.Installed.await;
import static io.voicepresence.presence.redis.Installed.succeeds;
import static io.voicepresence.presence.redis.Installed.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ScriptOutputType;
import io.voicepresence.presence.redis.server.RedisCluster;
import io.voicepresence.presence.redis.server.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Masters that share the slots, lose them, and die. */
class ClusterInstallationTest {
  private RedisCluster cluster;
  private Installed redis;

  @BeforeEach
  void start() {
    cluster = RedisCluster.start();
    redis = Installed.connected(cluster.url());
    await(
        "for all masters",
        () -> IntStream.range(0, 50).allMatch(i -> succeeds(redis.get("k" + i))));
  }

  @AfterEach
  void stop() {
    redis.close();
    cluster.close();
  }

  /** Two keys of different masters; the first one's is {@code serverOf(first)}. */
  private List<String> keysOfTwoMasters() {
    String first = "a";
    String second =
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> "b" + i)
            .filter(k -> !redis.commands().serverOf(k).equals(redis.commands().serverOf(first)))
            .findFirst()
            .orElseThrow();
    return List.of(first, second);
  }

  @Test
  void everyKeyFindsItsMaster() {
    for (int i = 0; i < 200; i++) {
      redis.increment("key" + i).join();
    }
    assertThat(redis.commands().clustered()).isTrue();
    assertThat(redis.topology().servers()).hasSize(3);
    RedisServer owner = cluster.masterOf(cluster.slotOf("key1"));
    assertThat(redis.commands().serverOf("key1")).isEqualTo("127.0.0.1:" + owner.port());
    assertThat(owner.command("GET", "key1")).isEqualTo("1");
    redis.topology().connectPubSub(redis.topology().ownerOf("key1")).close();
  }

  @Test
  void aSlotThatMovesUnderLoadLosesNothingAndFailsNothing() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    redis.topology().onChange(told::incrementAndGet);
    int slot = cluster.slotOf("{hot}");
    RedisServer source = cluster.masterOf(slot);
    RedisServer target =
        cluster.masterOf(
            cluster.slotOf(
                IntStream.range(0, 100)
                    .mapToObj(i -> "k" + i)
                    .filter(k -> !cluster.masterOf(cluster.slotOf(k)).equals(source))
                    .findFirst()
                    .orElseThrow()));
    String script =
        "redis.call('INCR', KEYS[1]) redis.call('INCR', KEYS[2]) return redis.call('INCR', KEYS[3])";
    AtomicBoolean moved = new AtomicBoolean();
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    Thread load =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; !moved.get() || i < 1_000; i++) {
                    String key = "{hot}" + i % 500;
                    replies.add(redis.eval(script, key, key + ":members", key + ":version"));
                    LockSupport.parkNanos(200_000);
                  }
                });
    cluster.moveSlot(slot, target);
    moved.set(true);
    load.join();

    assertThat(replies.stream().filter(reply -> !succeeds(reply)).count()).isZero();
    long sum =
        IntStream.range(0, 500).mapToLong(i -> Long.parseLong(redis.get("{hot}" + i).join())).sum();
    assertThat(sum).as("each command once").isEqualTo(replies.size());
    assertThat(redis.commands().serverOf("{hot}")).isEqualTo("127.0.0.1:" + target.port());
    await("to be told", () -> told.get() > 0);
  }

  @Test
  void aFrozenMasterIsNoMatterOfTheOthers() {
    List<String> keys = keysOfTwoMasters();
    RedisServer frozen = cluster.masterOf(cluster.slotOf(keys.getFirst()));
    frozen.suspend();
    List<CompletableFuture<Long>> stuck = new ArrayList<>();
    IntStream.range(0, 50).forEach(_ -> stuck.add(redis.increment(keys.getFirst())));

    long worst = 0;
    for (int i = 0; i < 200; i++) {
      long start = System.nanoTime();
      redis.increment(keys.getLast()).join();
      worst = Math.max(worst, System.nanoTime() - start);
    }
    assertThat(Duration.ofNanos(worst)).isLessThan(Duration.ofMillis(200));
    stuck.forEach(command -> unavailable(() -> command));
    assertThat(redis.reachable()).isTrue();
    frozen.resume();
  }

  @Test
  void theReplicaOfADeadMasterIsUsedOnceItIsPromoted() {
    String key = keysOfTwoMasters().getFirst();
    RedisServer dead = cluster.masterOf(cluster.slotOf(key));
    AtomicInteger told = new AtomicInteger();
    redis.topology().onChange(told::incrementAndGet);
    dead.kill();

    Duration gone = await("for the next master", () -> succeeds(redis.increment(key)));

    assertThat(gone).isLessThan(Duration.ofSeconds(5));
    assertThat(redis.commands().serverOf(key)).isNotEqualTo("127.0.0.1:" + dead.port());
    assertThat(told).hasPositiveValue();
    assertThat(redis.topology().servers()).hasSize(3);
  }

  @Test
  void aForcedFailoverIsFollowed() {
    String key = keysOfTwoMasters().getFirst();
    RedisServer replica = cluster.replicaOf(cluster.masterOf(cluster.slotOf(key)));
    cluster.failover(replica, true);

    await(
        "for the next master",
        () ->
            redis.commands().serverOf(key).equals("127.0.0.1:" + replica.port())
                // The old master may still have carried out the first of them.
                && succeeds(redis.increment(key))
                && replica.command("EXISTS", key).equals(1L));
  }

  @Test
  void aClusterIsFoundAgainWhenAllItsMastersWereGone() {
    String script = "return redis.call('INCR', KEYS[1])";
    RedisServer first = cluster.masterOf(0);
    RedisServer second = cluster.masterOf(8_000);
    first.kill();
    second.kill();
    await("to be unreachable", () -> !redis.reachable());
    first.restart();
    second.restart();
    cluster.awaitHealthy();

    await(
        "for every key",
        () ->
            IntStream.range(0, 50)
                .allMatch(
                    i ->
                        succeeds(
                            redis
                                .commands()
                                .send(
                                    "k" + i,
                                    r ->
                                        r.<Long>eval(script, ScriptOutputType.INTEGER, "k" + i)))));
  }

  @Test
  void nodesThatAreGoneAtTheStartAreNoHindrance() {
    cluster.servers().getFirst().kill();
    try (Installed late = Installed.open(cluster.url())) {
      await("for a key", () -> succeeds(late.increment("{" + keysOfTwoMasters().getLast() + "}")));
    }
  }
}
