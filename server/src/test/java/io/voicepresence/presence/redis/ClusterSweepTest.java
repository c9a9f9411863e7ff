package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Claim;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps over the servers of a Cluster, of which one is slow or away for a moment. */
class ClusterSweepTest extends ScriptTest {
  private static final RedisKeys CLUSTER = new RedisKeys(true);
  private static final Duration TICK = Duration.ofMillis(250);

  /** 0 ms is the control: it passes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 700})
  void aSlowServerOfFiveIndexesDelaysNobodyElsesExpiry(int latency) {
    AtomicLong clock = new AtomicLong();
    List<String> slow = IntStream.range(11, 16).mapToObj(CLUSTER::due).toList();
    assertThat(slow).doesNotContain(CLUSTER.due(LOUNGE));
    RedisCommands commands =
        new HookedCommands(redis.commands()) {
          @Override
          public <T> CompletableFuture<T> send(
              String key,
              Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
            if (slow.contains(key)) {
              clock.addAndGet(Duration.ofMillis(latency).toNanos());
            }
            return redis.commands().send(key, command);
          }
        };
    RedisPresenceStore node =
        new RedisPresenceStore(
            commands,
            new RedisScripts(
                commands,
                SETTINGS,
                System::nanoTime,
                Function.identity(),
                new RecentOutages(clock::get, RecentOutages.HOLD)),
            SETTINGS);
    node.join(LOUNGE, profile("ann"), Claim.SOCKET, OptionalInt.empty());
    call("ZADD", CLUSTER.deadlines(LOUNGE), (now() - 1_000) + ".5", "ann");

    int announced = 0;
    for (int round = 0; round < 100; round++) {
      clock.addAndGet(TICK.toNanos());
      call("ZADD", CLUSTER.due(LOUNGE), "0", "lounge");
      announced += node.expireDue().size();
    }

    assertThat(announced).isEqualTo(1);
  }

  @Test
  void emptiedChannelsOfASlowIndexDoNotHoldUpTheRound() {
    Duration latency = Duration.ofMillis(100);
    RedisPresenceStore node =
        on(
            new HookedCommands(redis.commands()) {
              @Override
              public <T> CompletableFuture<T> send(
                  String key,
                  Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
                CompletableFuture<T> sent = redis.commands().send(key, command);
                return key.equals(CLUSTER.due(0))
                    ? sent.thenCompose(
                        reply ->
                            new CompletableFuture<T>()
                                .completeOnTimeout(
                                    reply, latency.toMillis(), TimeUnit.MILLISECONDS))
                    : sent;
              }
            });
    for (int i = 0, entered = 0; entered < 50; i++) {
      if (CLUSTER.due(new ChannelId("c" + i)).equals(CLUSTER.due(0))) {
        call("ZADD", CLUSTER.due(0), "0", "c" + i);
        entered++;
      }
    }

    long began = System.nanoTime();
    node.expireDue();

    // Nobody is prolonged meanwhile.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void whoJoinsWhileTheSweeperTakesTheChannelOutIsStillFoundWhenItsLastLookFails() {
    RedisPresenceStore other = on(UnreachableKeys.of(redis.commands(), "nothing", true));
    AtomicInteger dueCommands = new AtomicInteger(Integer.MIN_VALUE);
    boolean[] down = {false};
    RedisPresenceStore node =
        on(
            new HookedCommands(redis.commands()) {
              @Override
              public <T> CompletableFuture<T> send(
                  String key,
                  Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
                if (down[0] && key.contains("{lounge}")) {
                  return CompletableFuture.failedFuture(Unavailable.tooLate());
                }
                // 1: EVALSHA of take_due, known by then; 2: ZREM
                if (key.equals(CLUSTER.due(LOUNGE)) && dueCommands.incrementAndGet() == 2) {
                  other.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty());
                  down[0] = true;
                }
                return redis.commands().send(key, command);
              }
            });
    other.expireDue();
    node.expireDue(); // the scripts are known, and the server's clock
    call("ZADD", CLUSTER.due(LOUNGE), "0", "lounge");
    dueCommands.set(0);
    try {
      node.expireDue();
    } catch (RequestException expected) {
      // the channel's server was away for a moment
    }
    down[0] = false;
    for (int round = 0; round < 10; round++) {
      node.expireDue();
    }

    assertThat(node.snapshot(LOUNGE).users()).hasSize(1);
    assertThat(list("ZRANGE", CLUSTER.due(LOUNGE), "0", "-1")).containsExactly("lounge");
  }

  private static RedisPresenceStore on(RedisCommands commands) {
    return new RedisPresenceStore(commands, UnheldScripts.on(commands, SETTINGS), SETTINGS);
  }
}
