package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepTest extends ScriptTest {
  private static final int NODES = 3;
  private static final int USERS = 1_000;
  private static final int ROUNDS = 1_200;

  private final List<OneServerCommands> connections = new ArrayList<>();
  private final List<RedisPresenceStore> nodes = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(NODES);

  @BeforeEach
  void connect() {
    for (int i = 0; i < NODES; i++) {
      OneServerCommands commands = new OneServerCommands(redis.server().url());
      connections.add(commands);
      nodes.add(new RedisPresenceStore(commands, UnheldScripts.on(commands, SETTINGS), SETTINGS));
    }
  }

  @AfterEach
  void disconnect() {
    threads.shutdownNow();
    connections.forEach(OneServerCommands::close);
  }

  @Test
  void threeNodesAnnounceAThousandDeparturesAThousandTimes() throws Exception {
    for (int i = 0; i < USERS; i++) {
      join("u" + i, Claim.SOCKET);
    }
    for (int i = 0; i < USERS; i++) {
      pass("u" + i);
    }
    listen();

    int left = 0;
    for (Future<Integer> swept :
        together(
            node -> {
              int found = 0;
              for (int i = 0; i < 20; i++) {
                due(node);
                found += nodes.get(node).expireDue().size();
              }
              return found;
            })) {
      left += swept.get();
    }

    assertThat(left).isEqualTo(USERS);
    assertThat(chained()).hasSize(USERS).doesNotHaveDuplicates();
    assertThat(keys()).containsExactly(VERSION);
  }

  @Test
  void whoIsInStandsInBothIndexesHoweverJoinsLeavesAndSweepsCross() throws Exception {
    List<Future<Integer>> all =
        together(
            node -> {
              RedisPresenceStore store = nodes.get(node);
              ThreadLocalRandom random = ThreadLocalRandom.current();
              for (int i = 0; i < ROUNDS; i++) {
                String id = "u" + random.nextInt(2);
                switch (random.nextInt(5)) {
                  case 0, 1 -> store.join(LOUNGE, profile(id), Claim.SOCKET, OptionalInt.empty());
                  case 2 -> store.leave(LOUNGE, new UserId(id), LeaveReason.LEFT);
                  case 3 -> store.channelsOf(new UserId(id));
                  default -> {
                    due(node);
                    store.expireDue();
                  }
                }
              }
              return 0;
            });
    for (Future<Integer> one : all) {
      one.get();
    }

    join("u0", Claim.SOCKET);
    List<String> members = list("SMEMBERS", MEMBERS);
    assertThat(members).isNotEmpty();
    for (String id : members) {
      assertThat(list("SMEMBERS", "voice_presence:user_channels:" + id)).containsExactly("lounge");
    }
    assertThat(list("ZRANGE", DEADLINES, "0", "-1")).containsExactlyInAnyOrderElementsOf(members);
  }

  @Test
  void whoIsInIsDueHoweverJoinsLeavesAndSweepsCross() throws Exception {
    for (int round = 0; round < ROUNDS / 3; round++) {
      List<Future<Integer>> all =
          together(
              node -> {
                if (node == 0) {
                  nodes.get(0).join(LOUNGE, profile("ann"), Claim.SOCKET, OptionalInt.empty());
                } else {
                  due(node);
                  nodes.get(node).expireDue();
                }
                return 0;
              });
      for (Future<Integer> one : all) {
        one.get();
      }

      assertThat(list("ZRANGE", "voice_presence:due:0", "0", "-1")).containsExactly("lounge");
      store.leave(LOUNGE, ANN, LeaveReason.LEFT);
    }
  }

  @Test
  void aNodeThatJustStartedTakesNoWorkFromTheOthers() {
    OneServerCommands commands = connections.getFirst();
    RedisPresenceStore started =
        new RedisPresenceStore(
            commands, new RedisScripts(commands, SETTINGS, System::nanoTime), SETTINGS);
    join("ann", Claim.SOCKET);
    pass("ann");

    assertThat(started.expireDue()).isEmpty();

    assertThat(store.expireDue()).hasSize(1);
  }

  /** As if another node's lease were over. */
  private void due(int node) {
    String due = KEYS.due(0);
    long entered =
        connections.get(node).send(due, c -> c.zadd(due, 0.0, RedisScripts.utf8("lounge"))).join();
    assertThat(entered).isBetween(0L, 1L);
  }

  private interface Step {
    int run(int node) throws Exception;
  }

  private List<Future<Integer>> together(Step step) {
    CyclicBarrier barrier = new CyclicBarrier(NODES);
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      int node = i;
      all.add(
          threads.submit(
              () -> {
                barrier.await();
                return step.run(node);
              }));
    }
    return all;
  }
}
