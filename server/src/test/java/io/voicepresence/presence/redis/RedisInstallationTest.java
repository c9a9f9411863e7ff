package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.Installed.await;
import static io.voicepresence.presence.redis.Installed.unavailable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.voicepresence.presence.redis.server.ChaosProxy;
import io.voicepresence.presence.redis.server.RedisServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One server: entering it, and what happens while it is gone, frozen or demoted. */
class RedisInstallationTest {
  private static final Duration AT_ONCE = Duration.ofMillis(50);

  @Test
  void commandsOfOneThreadArriveInTheirOrder() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      List<CompletableFuture<Long>> replies =
          IntStream.range(0, 1_000).mapToObj(_ -> redis.increment("k")).toList();

      for (int i = 0; i < replies.size(); i++) {
        assertThat(replies.get(i).join()).isEqualTo(i + 1);
      }
      assertThat(redis.commands().clustered()).isFalse();
      assertThat(redis.commands().serverOf("k")).isEqualTo("127.0.0.1:" + server.port());
    }
  }

  /** A thread of Lettuce's own had to be woken for each command, each answer and each message. */
  @Test
  void connectionsLiveInTheEventLoopsThatTheyWereGiven() {
    // Those of other tests' clients.
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      redis.increment("k").join();

      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> !before.contains(thread))
          .extracting(Thread::getName)
          .anyMatch(name -> name.startsWith("multiThreadIoEventLoopGroup"))
          .noneMatch(name -> name.startsWith("lettuce") && name.contains("EventLoop"));
    }
  }

  private static RedisServer start(String options) {
    return RedisServer.start(options.split(" ", -1));
  }

  @Test
  void userPasswordAndDatabaseAreThoseOfTheUrl() {
    try (RedisServer server =
        start("--requirepass other --user presence on >s3cret/@ ~* &* +@all")) {
      String host = "127.0.0.1:" + server.port();
      try (Installed redis = Installed.connected("redis://presence:s3cret%2F%40@" + host + "/3")) {
        redis.increment("k").join();
      }
      try (Installed inThree = Installed.connected("redis://:other@" + host + "/3");
          Installed inNone = Installed.connected("redis://:other@" + host)) {
        assertThat(inThree.get("k").join()).isEqualTo("1");
        assertThat(inNone.get("k").join()).isEmpty();
      }
      try (Installed wrong = Installed.open("redis://:wrong@" + host)) {
        unavailable(() -> wrong.increment("k"));
        assertThat(wrong.reachable()).isFalse();
      }
    }
  }

  @Test
  void aUserWithoutARightLearnsThatItIsUnavailable() {
    try (RedisServer server = start("--user reader on nopass ~* &* +@read +ping +hello");
        Installed redis = Installed.connected("redis://reader:@127.0.0.1:" + server.port())) {
      assertThat(redis.get("k").join()).isEmpty();
      unavailable(() -> redis.increment("k"));
    }
  }

  @Test
  void tlsTrustsWhomItIsToldToTrustAndNobodyElse() throws Exception {
    try (RedisServer server = RedisServer.startTls()) {
      try (Installed redis = Installed.connected(server.tlsUrl(), certificate(server))) {
        assertThat(redis.increment("k").join()).isEqualTo(1);
        connectAndClose(redis);
      }
      try (Installed suspicious = Installed.open(server.tlsUrl())) {
        unavailable(() -> suspicious.increment("k"));
      }
    }
  }

  private static X509Certificate certificate(RedisServer server) throws Exception {
    try (InputStream pem = Files.newInputStream(server.certificate())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }

  private static void connectAndClose(Installed redis) {
    RedisTopology.Server server = redis.topology().servers().iterator().next();
    redis.topology().connectPubSub(server).close();
  }

  @Test
  void aServerThatIsNotThereAtTheStartIsUsedAsSoonAsItIs() {
    try (RedisServer server = RedisServer.start()) {
      server.kill();
      try (Installed redis = Installed.open(server.url())) {
        unavailable(() -> redis.increment("k"));
        assertThat(redis.reachable()).isFalse();

        server.restart();

        assertThat(await("for it", redis::reachable)).isLessThan(Duration.ofMillis(1_500));
        assertThat(redis.increment("k").join()).isEqualTo(1);
      }
    }
  }

  @Test
  void aFrozenServerCostsOneTimeOutAndThenNothing() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      server.suspend();
      Duration slow =
          unavailable(
              () -> {
                List<CompletableFuture<Long>> all = new ArrayList<>();
                IntStream.range(0, 20).forEach(_ -> all.add(redis.increment("k")));
                return all.getLast();
              });
      assertThat(slow).isBetween(Duration.ofMillis(950), Duration.ofMillis(1_150));

      unavailable(() -> redis.increment("k"));
      assertThat(unavailable(() -> redis.increment("k"))).isLessThan(AT_ONCE);
      assertThat(redis.reachable()).isFalse();

      server.resume();
      assertThat(await("for it", redis::reachable)).isLessThan(Duration.ofMillis(1_200));
      redis.increment("other").join();
    }
  }

  @Test
  void aLongFreezeEndsTheConnectionAndAnotherOneFollows() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      server.suspend();
      redis.awaitUnreachable();
      await("for the link to be given up", () -> isPubSubRefused(redis));
      server.resume();
      assertThat(await("for it", redis::reachable)).isLessThan(Duration.ofMillis(1_500));
      redis.increment("k").join();
    }
  }

  /** There is no address for subscriptions while the command link is down. */
  private static boolean isPubSubRefused(Installed redis) {
    try {
      connectAndClose(redis);
      return false;
    } catch (RedisException e) {
      return String.valueOf(e.getMessage()).contains("is down");
    }
  }

  @Test
  void whatWasUnderWayWhenTheServerDiedIsNotSentAgain() {
    try (RedisServer server = RedisServer.start();
        ChaosProxy network = ChaosProxy.before(server);
        Installed redis = Installed.connected(network.url())) {
      redis.increment("k").join();
      network.dropRepliesAfter(0);
      List<CompletableFuture<Long>> lost = List.of(redis.increment("k"), redis.increment("k"));
      await("for the server to do it", () -> server.command("GET", "k").equals("3"));
      await("for an answer to get lost", network::hasLostReplies);

      network.repair(); // Resets the links that lost replies.
      lost.forEach(command -> unavailable(() -> command));
      redis.awaitReachable();
      for (int i = 0; i < 200; i++) {
        redis.increment("other").join();
      }

      assertThat(server.command("GET", "k")).isEqualTo("3");
    }
  }

  @Test
  void aServerThatDiesIsRefusedAtOnceAndUsedAgainOnItsReturn() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      redis.increment("k").join();
      server.kill();
      redis.awaitUnreachable();

      assertThat(unavailable(() -> redis.increment("k"))).isLessThan(AT_ONCE);

      server.restart();
      assertThat(await("for it", redis::reachable)).isLessThan(Duration.ofMillis(1_500));
      assertThat(redis.increment("k").join()).as("it came back empty").isEqualTo(1);
    }
  }

  @Test
  void aNetworkThatSwallowsPacketsIsNoticedWithoutAnyCommand() {
    try (RedisServer server = RedisServer.start();
        ChaosProxy network = ChaosProxy.before(server);
        Installed redis = Installed.connected(network.url())) {
      network.blackhole();
      assertThat(await("to notice", () -> !redis.reachable())).isLessThan(Duration.ofMillis(2_500));
      assertThat(await("for the link to be given up", () -> isPubSubRefused(redis)))
          .isLessThan(Duration.ofSeconds(5));
      network.repair();
      assertThat(await("for it", redis::reachable)).isLessThan(Duration.ofSeconds(2));
      redis.increment("k").join();
    }
  }

  @Test
  void aDemotedMasterIsLeft() {
    try (RedisServer server = RedisServer.start();
        RedisServer master = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      server.command("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
      unavailable(() -> redis.increment("k"));
      redis.awaitUnreachable();

      server.command("REPLICAOF", "NO", "ONE");
      redis.awaitReachable();
      redis.increment("k").join();
    }
  }

  @Test
  void moreThanTheBoundIsRefusedAtOnce() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.open(server.url(), 10)) {
      redis.awaitReachable();
      server.suspend();
      for (int i = 0; i < 10; i++) {
        var _ = redis.increment("k");
      }

      assertThat(unavailable(() -> redis.increment("k"))).isLessThan(AT_ONCE);
      server.resume();
    }
  }

  @Test
  void aServerThatIsBusyForAWhileIsWaitedFor() {
    try (RedisServer server = RedisServer.start("--busy-reply-threshold", "50");
        Installed redis = Installed.connected(server.url())) {
      CompletableFuture<Long> slow =
          redis.eval(
              "local t = redis.call('TIME') local s = t[1] * 1000000 + t[2] "
                  + "repeat t = redis.call('TIME') until t[1] * 1000000 + t[2] > s + 300000 "
                  + "return 1",
              "k");

      try (Installed other = Installed.connected(server.url())) {
        assertThat(other.increment("k").join()).isEqualTo(1);
      }
      assertThat(slow.join()).isEqualTo(1);
    }
  }

  @Test
  void aServerWithoutMemoryIsUnavailableAndTheErrorsOfACommandAreTheCallers() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      server.command("CONFIG", "SET", "maxmemory", "1");
      unavailable(() -> redis.increment("k"));
      server.command("CONFIG", "SET", "maxmemory", "0");

      assertThatThrownBy(redis.eval("return redis.error_reply('MINE not so')", "k")::join)
          .hasCauseInstanceOf(RedisCommandExecutionException.class)
          .hasMessageContaining("MINE not so");
      assertThatThrownBy(
              redis
                      .commands()
                      .send(
                          "k",
                          r ->
                              r.<Long>evalsha(
                                  "0".repeat(40), io.lettuce.core.ScriptOutputType.INTEGER, "k"))
                  ::join)
          .hasCauseInstanceOf(io.lettuce.core.RedisNoScriptException.class);
    }
  }

  @Test
  void aLinkForSubscriptionsHearsAndDoesNotComeBackByItself() {
    try (RedisServer server = RedisServer.start();
        Installed redis = Installed.connected(server.url())) {
      RedisTopology.Server owner = redis.topology().ownerOf("k");
      assertThat(redis.topology().servers()).containsExactly(owner);
      List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
      StatefulRedisPubSubConnection<String, byte[]> link = redis.topology().connectPubSub(owner);
      link.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void smessage(String channel, byte[] message) {
              heard.add(channel);
            }
          });
      link.sync().ssubscribe("feed");
      redis.commands().send("feed", r -> r.spublish("feed", new byte[] {1})).join();
      await("to hear", () -> heard.contains("feed"));

      server.command("CLIENT", "KILL", "TYPE", "pubsub");
      await("for the end", () -> !link.isOpen());
      link.close();
    }
  }

  @Test
  void aStopEndsItsThreadsAndWhatIsUnderWay() {
    try (RedisServer server = RedisServer.start()) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      Installed redis = Installed.connected(server.url());
      server.suspend();
      CompletableFuture<Long> waiting = redis.increment("k");

      long start = System.nanoTime();
      redis.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      unavailable(() -> waiting);
      unavailable(() -> redis.increment("k"));
      await(
          "for the threads to end",
          () -> isGone("redis-timer", before) && isGone("lettuce", before));
      server.resume();
    }
  }

  /** Other tests' threads may still be about. */
  private static boolean isGone(String thread, Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(t -> t.getName().startsWith(thread) && !before.contains(t));
  }
}
