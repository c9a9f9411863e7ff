package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.FeedMessages.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.redis.server.RedisCluster;
import io.voicepresence.presence.redis.server.RedisServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Thirty channels on three masters, while masters die and slots move. */
class RedisChangeFeedClusterTest {
  private static final int CHANNELS = 30;
  private final RedisCluster cluster = RedisCluster.start();
  private final Installed redis = Installed.connected(cluster.url());
  private final RedisChangeFeed feed =
      new RedisChangeFeed(redis.topology(), redis.commands(), RedisChangeFeedClusterTest::name);
  private final Map<ChannelId, Heard> all = new LinkedHashMap<>();

  private static String name(ChannelId id) {
    return "voice_presence:feed:{" + id + "}";
  }

  @BeforeEach
  void follow() {
    Heard.await("health", feed::healthy);
    for (int i = 0; i < CHANNELS; i++) {
      ChannelId id = new ChannelId("channel-" + i);
      Heard heard = new Heard();
      all.put(id, heard);
      feed.follow(id, heard);
    }
    assertThat(feed.healthy()).isTrue();
    assertAllHear(1);
  }

  @AfterEach
  void close() {
    feed.close();
    redis.close();
    cluster.close();
  }

  @Test
  void followsAllAgainAfterAMasterDied() {
    ChannelId some = all.keySet().iterator().next();
    RedisServer master = cluster.masterOf(cluster.slotOf(name(some)));
    Predicate<ChannelId> there = onIt(master);
    master.kill();
    Heard.await("ill health", () -> !feed.healthy());
    assertThat(cluster.masterOf(cluster.slotOf(name(some)))).isNotEqualTo(master);
    long promoted = System.nanoTime();
    Heard.await("health", Duration.ofSeconds(10), feed::healthy);
    System.out.printf(
        "followed again %d ms after the failover%n", (System.nanoTime() - promoted) / 1_000_000);
    assertAllHear(2);
    all.forEach(
        (id, heard) -> assertThat(heard.doubts()).as("%s", id).isEqualTo(there.test(id) ? 1 : 0));
  }

  @Test
  void followsToTheReplicaThatIsMadeTheMaster() {
    ChannelId some = all.keySet().iterator().next();
    RedisServer master = cluster.masterOf(cluster.slotOf(name(some)));
    Predicate<ChannelId> there = onIt(master);
    cluster.failover(cluster.replicaOf(master), true);
    cluster.awaitHealthy();
    Heard.await(
        "doubts of all that moved",
        () ->
            all.entrySet().stream()
                .allMatch(e -> e.getValue().doubts() >= (there.test(e.getKey()) ? 1 : 0)));
    Heard.await("health", feed::healthy);
    assertAllHear(2);
    all.forEach(
        (id, heard) -> {
          if (!there.test(id)) {
            assertThat(heard.doubts()).as("%s", id).isZero();
          }
        });
  }

  @Test
  void followsAChannelWhoseSlotMoves() {
    ChannelId moved = all.keySet().iterator().next();
    int slot = cluster.slotOf(name(moved));
    RedisServer source = cluster.masterOf(slot);
    RedisServer target =
        all.keySet().stream()
            .map(id -> cluster.masterOf(cluster.slotOf(name(id))))
            .filter(server -> !server.equals(source))
            .findFirst()
            .orElseThrow();
    long begun = System.nanoTime();
    cluster.moveSlot(slot, target);
    Heard.await("doubt", Duration.ofSeconds(3), () -> all.get(moved).doubts() == 1);
    System.out.printf(
        "a moved slot's channel followed again in %d ms%n",
        (System.nanoTime() - begun) / 1_000_000);
    assertAllHear(2);
    all.forEach(
        (id, heard) -> assertThat(heard.doubts()).as("%s", id).isEqualTo(id.equals(moved) ? 1 : 0));
    assertThat(feed.relinks()).isZero();
  }

  private long publish(ChannelId id, long version) {
    return redis.commands().send(name(id), to -> to.spublish(name(id), update(version))).join();
  }

  private Predicate<ChannelId> onIt(RedisServer server) {
    Map<ChannelId, Boolean> there = new LinkedHashMap<>();
    all.keySet()
        .forEach(id -> there.put(id, cluster.masterOf(cluster.slotOf(name(id))).equals(server)));
    return there::get;
  }

  private void assertAllHear(long version) {
    for (ChannelId id : all.keySet()) {
      assertThat(publish(id, version)).as("receivers of %s", id).isEqualTo(1);
    }
    Heard.await("all hear", () -> all.values().stream().allMatch(h -> h.last() == version));
  }
}
