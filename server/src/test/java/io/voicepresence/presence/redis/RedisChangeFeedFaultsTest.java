package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.FeedMessages.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.redis.server.ChaosProxy;
import io.voicepresence.presence.redis.server.RedisServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Links that break, starve or lead elsewhere. */
class RedisChangeFeedFaultsTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private final RedisServer server = RedisServer.start();
  private final ChaosProxy proxy = ChaosProxy.before(server);
  private final AtomicInteger port = new AtomicInteger(proxy.port());
  private final FeedRedis redis = new FeedRedis(server.port(), port::get);
  private final RedisChangeFeed feed = new RedisChangeFeed(redis, redis, RedisChangeFeedTest::name);
  private final Heard heard = new Heard();
  private final AtomicLong version = new AtomicLong();

  @BeforeEach
  void follow() {
    feed.follow(LOUNGE, heard);
    Heard.await("health", feed::healthy);
  }

  @AfterEach
  void close() {
    feed.close();
    redis.close();
    proxy.close();
    server.close();
  }

  /**
   * The listener's picture is what it heard, and at each doubt what the store has then: with a
   * doubt after each loss it never misses a version for long, and nothing at the end.
   */
  @Test
  void doubtsAfterEachKillAndLosesNothingAfterTheLast() throws Exception {
    Thread publisher =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    publish();
                    LockSupport.parkNanos(1_000_000);
                  }
                });
    for (int kill = 1; kill <= 20; kill++) {
      long killedAt = version.get();
      int doubts = heard.doubts();
      server.command("CLIENT", "KILL", "TYPE", "pubsub");
      Heard.await("doubt after a kill", Duration.ofSeconds(5), () -> heard.doubts() > doubts);
      long doubtedAt = version.get();
      Heard.await("events again", () -> heard.last() >= doubtedAt + 2);
      // All of those that were published after the doubt; of those before it, any.
      assertThat(doubtedAt).isGreaterThanOrEqualTo(killedAt);
      int from = heard.versions().indexOf(doubtedAt + 2);
      assertThat(from).isNotNegative();
    }
    long last = version.get() + 2;
    Heard.await("a second more", () -> version.get() > last + 1_000);
    publisher.interrupt();
    publisher.join();
    Heard.await("the last event", () -> heard.last() == version.get());
    int from = heard.versions().indexOf(last);
    assertThat(heard.versions().size() - from).isEqualTo((int) (version.get() - last + 1));
    assertThat(feed.relinks()).isEqualTo(20);
    Heard.await("health", feed::healthy);
  }

  @Test
  void noticesALinkThatStarvesInSilence() {
    long begun = System.nanoTime();
    proxy.blackholeSubscribers();
    Heard.await("ill health", Duration.ofSeconds(5), () -> !feed.healthy());
    long noticed = System.nanoTime();
    Heard.await("another link", () -> feed.relinks() >= 1);
    publish();
    proxy.repair();
    Heard.await("doubt", Duration.ofSeconds(5), () -> heard.doubts() >= 1);
    Heard.await("health", Duration.ofSeconds(5), feed::healthy);
    long well = System.nanoTime();
    System.out.printf(
        "starved link noticed after %d ms, repaired %d ms later%n",
        (noticed - begun) / 1_000_000, (well - noticed) / 1_000_000);
    publish();
    Heard.await("events again", () -> heard.last() == version.get());
  }

  @Test
  void staysIllWhileNewLinksStarveToo() {
    proxy.blackhole();
    Heard.await("ill health", Duration.ofSeconds(5), () -> !feed.healthy());
    long until = System.nanoTime() + Duration.ofSeconds(6).toNanos();
    while (System.nanoTime() < until) {
      assertThat(feed.healthy()).isFalse();
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(heard.doubts()).isZero();
    proxy.repair();
    Heard.await("doubt", Duration.ofSeconds(5), () -> heard.doubts() >= 1);
    Heard.await("health", Duration.ofSeconds(5), feed::healthy);
  }

  @Test
  void noticesThatItListensToAnotherServer() {
    try (RedisServer other = RedisServer.start()) {
      port.set(other.port());
      proxy.reset();
      Heard.await("ill health", () -> !feed.healthy());
      Heard.await("another try", Duration.ofSeconds(5), () -> feed.relinks() >= 2);
      assertThat(feed.healthy()).isFalse();
      port.set(server.port());
      Heard.await("health", Duration.ofSeconds(5), feed::healthy);
      Heard.await("doubt", () -> heard.doubts() >= 1);
      publish();
      Heard.await("events again", () -> heard.last() == version.get());
    }
  }

  @Test
  void followsAServerThatStartsAgain() {
    server.kill();
    Heard.await("ill health", () -> !feed.healthy());
    server.restart();
    Heard.await("doubt", Duration.ofSeconds(3), () -> heard.doubts() == 1);
    Heard.await("health", Duration.ofSeconds(5), feed::healthy);
    Heard.await(
        "events again",
        () -> {
          publish();
          return heard.last() > 0;
        });
  }

  @Test
  void noticesAServerThatStandsStill() {
    server.suspend();
    Heard.await("ill health", Duration.ofSeconds(5), () -> !feed.healthy());
    Heard.await("another link", () -> feed.relinks() >= 1);
    server.resume();
    Heard.await("health", Duration.ofSeconds(5), feed::healthy);
    Heard.await("doubt", () -> heard.doubts() >= 1);
  }

  private void publish() {
    String name = RedisChangeFeedTest.name(LOUNGE);
    long next = version.get() + 1;
    redis.send(name, to -> to.spublish(name, update(next))).exceptionally(_ -> 0L).join();
    version.set(next);
  }
}
