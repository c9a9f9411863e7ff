package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.redis.server.RedisServer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FeedKeeperTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");

  /** Counts who asks for the lounge's server, and can let the keeper's thread stand still. */
  private static final class Slots implements RedisTopology {
    private final RedisTopology real;
    private final AtomicReference<Runnable> listener = new AtomicReference<>(() -> {});
    private final AtomicInteger lookups = new AtomicInteger();
    private final CountDownLatch standing = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    Slots(RedisTopology real) {
      this.real = real;
    }

    @Override
    public Set<Server> servers() {
      return real.servers();
    }

    @Override
    public Server ownerOf(String key) {
      if (key.endsWith(":halt")) {
        standing.countDown();
        awaitLatch(goOn);
      } else if (key.endsWith(":lounge")) {
        lookups.incrementAndGet();
      }
      return real.ownerOf(key);
    }

    @Override
    public StatefulRedisPubSubConnection<String, byte[]> connectPubSub(Server server) {
      return real.connectPubSub(server);
    }

    @Override
    public void onChange(Runnable told) {
      listener.set(told);
    }

    @Override
    public void refresh() {
      real.refresh();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aThousandMovesAreOneLookAtEachChannel() throws InterruptedException {
    try (RedisServer server = RedisServer.start();
        FeedRedis redis = new FeedRedis(server.port(), server::port)) {
      Slots slots = new Slots(redis);
      try (RedisChangeFeed feed = new RedisChangeFeed(slots, redis, RedisChangeFeedTest::name)) {
        feed.follow(LOUNGE, new Heard());
        Thread halt = Thread.ofVirtual().start(() -> feed.follow(id("halt"), new Heard()));
        slots.standing.await();
        slots.lookups.set(0);

        for (int i = 0; i < 1_000; i++) {
          slots.listener.get().run();
        }
        slots.goOn.countDown();
        halt.join();
        feed.follow(id("after"), new Heard());

        assertThat(slots.lookups).hasValueBetween(1, 2);
      }
    }
  }

  private static ChannelId id(String text) {
    return new ChannelId(text);
  }
}
