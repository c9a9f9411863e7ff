package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.FeedMessages.bytes;
import static io.voicepresence.presence.redis.FeedMessages.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.redis.server.RedisServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The feed against a Redis that works; {@link RedisChangeFeedFaultsTest} has the rest. */
class RedisChangeFeedTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");
  private static RedisServer server;
  private static FeedRedis redis;
  private final RedisChangeFeed feed = new RedisChangeFeed(redis, redis, RedisChangeFeedTest::name);
  private final Heard heard = new Heard();

  static String name(ChannelId id) {
    return "voice_presence:feed:" + id;
  }

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    redis = new FeedRedis(server.port(), server::port);
  }

  @AfterEach
  void closeFeed() {
    feed.close();
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @Test
  void bringsWhatIsPublishedInOrderUntilClosed() {
    ChangeFeed.Following following = feed.follow(LOUNGE, heard);
    for (long version = 1; version <= 1_000; version++) {
      publish(LOUNGE, update(version));
    }
    Heard.await("all events", () -> heard.last() == 1_000);
    assertThat(heard.versions()).isEqualTo(LongStream.rangeClosed(1, 1_000).boxed().toList());

    following.close();
    following.close();
    Heard.await("the end of the subscription", () -> receivers(LOUNGE) == 0);
    assertThat(heard.last()).isEqualTo(1_000);
    assertThat(heard.doubts()).isZero();
    Heard.await("nothing followed", () -> feed.followed() == 0);
  }

  @Test
  void keepsTheSubscriptionForTheLastFollower() {
    ChangeFeed.Following first = feed.follow(LOUNGE, heard);
    ChangeFeed.Following second = feed.follow(LOUNGE, heard);
    publish(LOUNGE, update(1));
    Heard.await("both", () -> heard.versions().equals(List.of(1L, 1L)));
    first.close();
    publish(LOUNGE, update(2));
    Heard.await("the one left", () -> heard.versions().equals(List.of(1L, 1L, 2L)));
    second.close();
    Heard.await("the end", () -> receivers(LOUNGE) == 0);
  }

  @Test
  void saysThatItCannotBringWhatItCannotReach() {
    FeedRedis nowhere = new FeedRedis(server.port(), () -> 1);
    try (RedisChangeFeed lame = new RedisChangeFeed(nowhere, nowhere, RedisChangeFeedTest::name)) {
      long begun = System.nanoTime();
      assertThatThrownBy(() -> lame.follow(LOUNGE, heard))
          .isInstanceOfSatisfying(
              RequestException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
      assertThat(System.nanoTime() - begun).isBetween(900_000_000L, 5_000_000_000L);
      assertThat(lame.healthy()).isFalse();
      Heard.await("nothing left of it", () -> lame.followed() == 0);
    } finally {
      nowhere.close();
    }
  }

  @Test
  void isHealthyOnceItsProbesComeBackAndNotAfterItsEnd() {
    Heard.await("health", feed::healthy);
    feed.close();
    assertThat(feed.healthy()).isFalse();
    assertThatThrownBy(() -> feed.follow(LOUNGE, heard)).isInstanceOf(RequestException.class);
  }

  @Test
  void sparesOthersWhenAListenerThrows() {
    AtomicLong calls = new AtomicLong();
    feed.follow(
        LOUNGE,
        new ChangeFeed.Listener() {
          @Override
          public void onChange(PresenceEvent event, long previous) {
            calls.incrementAndGet();
            throw new StackOverflowError("of the test");
          }

          @Override
          public void onDoubt() {
            calls.incrementAndGet();
            throw new IllegalStateException("of the test");
          }
        });
    feed.follow(LOUNGE, heard);
    publish(LOUNGE, update(1));
    publish(LOUNGE, bytes("1 1 2 changed -"));
    Heard.await("the doubt", () -> heard.doubts() == 1);
    publish(LOUNGE, update(3));
    Heard.await("the event after it", () -> heard.last() == 3);
    assertThat(calls).hasValue(3);
  }

  @Test
  void doubtsAfterGarbageAndGoesOn() {
    feed.follow(LOUNGE, heard);
    byte[] huge = new byte[10_000_000];
    publish(LOUNGE, bytes("rubbish"));
    publish(LOUNGE, bytes("2 1 2 joined -"));
    publish(LOUNGE, huge);
    publish(LOUNGE, new byte[0]);
    publish(LOUNGE, update(3));
    Heard.await("the event after it", () -> heard.last() == 3);
    Heard.await("doubt", () -> heard.doubts() > 0);
    assertThat(feed.dropped()).isEqualTo(4);
    assertThat(feed.messages()).isEqualTo(5);
  }

  @Test
  void doesNotMindThatTheDataIsGone() {
    feed.follow(LOUNGE, heard);
    server.command("FLUSHALL");
    publish(LOUNGE, update(1));
    Heard.await("the event", () -> heard.last() == 1);
    assertThat(heard.doubts()).isZero();
  }

  /** Whoever follows hears all that is published after follow returned and before it closes. */
  @Test
  void losesNothingBetweenFollowAndClose() throws Exception {
    int channels = 4;
    AtomicBoolean stop = new AtomicBoolean();
    List<AtomicLong> published =
        IntStream.range(0, channels).mapToObj(_ -> new AtomicLong()).toList();
    List<Future<Integer>> runs = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int c = 0; c < channels; c++) {
        AtomicLong version = published.get(c);
        ChannelId id = new ChannelId("race-" + c);
        var _ =
            threads.submit(
                () -> {
                  while (!stop.get()) {
                    publish(id, update(version.get() + 1));
                    version.incrementAndGet();
                  }
                });
        for (int follower = 0; follower < 2; follower++) {
          runs.add(threads.submit(() -> followInTurns(id, version)));
        }
      }
      try {
        int turns = 0;
        for (Future<Integer> run : runs) {
          turns += run.get();
        }
        assertThat(turns).isEqualTo(channels * 2 * 400);
      } finally {
        stop.set(true);
      }
    }
  }

  private int followInTurns(ChannelId id, AtomicLong published) {
    int turns = 0;
    for (; turns < 400; turns++) {
      Heard here = new Heard();
      try (var _ = feed.follow(id, here)) {
        // What is being published now may be before or after.
        long from = published.get() + 2;
        Heard.await("the next events of " + id, () -> here.last() >= from + 1);
        // Before follow returned, the last words of the subscription before may have come.
        List<Long> after = here.versions().stream().filter(version -> version >= from).toList();
        assertThat(after).isEqualTo(LongStream.range(from, from + after.size()).boxed().toList());
      }
    }
    return turns;
  }

  @Test
  void subscribesTenThousandChannelsAgainAfterAKill() throws Exception {
    int count = 10_000;
    Map<ChannelId, Heard> all = new HashMap<>();
    Heard.await("health", feed::healthy);
    long begun = System.nanoTime();
    for (int i = 0; i < count; i += 1_000) {
      followAll(IntStream.range(i, i + 1_000).mapToObj(n -> new ChannelId("many-" + n)), all);
    }
    long first = System.nanoTime();
    server.command("CLIENT", "KILL", "TYPE", "pubsub");
    Heard.await("all doubts", () -> all.values().stream().allMatch(h -> h.doubts() == 1));
    long again = System.nanoTime();
    System.out.printf(
        "10,000 channels followed in %d ms, again in %d ms%n",
        (first - begun) / 1_000_000, (again - first) / 1_000_000);
    all.keySet().forEach(id -> publish(id, update(1)));
    Heard.await("all events", () -> all.values().stream().allMatch(h -> h.last() == 1));
    Heard.await("health", feed::healthy);
  }

  private void followAll(Stream<ChannelId> ids, Map<ChannelId, Heard> all) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> follows = new ArrayList<>();
      ids.forEach(
          id -> {
            Heard here = new Heard();
            all.put(id, here);
            follows.add(threads.submit(() -> feed.follow(id, here)));
          });
      for (Future<?> follow : follows) {
        var _ = follow.get();
      }
    }
  }

  private static void publish(ChannelId id, byte[] message) {
    redis.send(name(id), to -> to.spublish(name(id), message)).join();
  }

  private static long receivers(ChannelId id) {
    LockSupport.parkNanos(1_000_000);
    return redis.send(name(id), to -> to.spublish(name(id), bytes("1 1 2 changed -"))).join();
  }
}
