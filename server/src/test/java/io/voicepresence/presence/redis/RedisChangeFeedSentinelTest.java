package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.FeedMessages.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.redis.server.SentinelTrio;
import org.junit.jupiter.api.Test;

class RedisChangeFeedSentinelTest {
  private static final ChannelId LOUNGE = new ChannelId("lounge");

  @Test
  void followsToThePromotedReplica() {
    try (SentinelTrio trio = SentinelTrio.start();
        Installed redis = Installed.connected(trio.url());
        RedisChangeFeed feed =
            new RedisChangeFeed(redis.topology(), redis.commands(), RedisChangeFeedTest::name)) {
      Heard heard = new Heard();
      feed.follow(LOUNGE, heard);
      Heard.await("health", feed::healthy);
      trio.failover();
      Heard.await("doubt", () -> heard.doubts() > 0);
      Heard.await("health", feed::healthy);
      String name = RedisChangeFeedTest.name(LOUNGE);
      assertThat(redis.commands().send(name, to -> to.spublish(name, update(1))).join())
          .isEqualTo(1);
      Heard.await("the event", () -> heard.last() == 1);
    }
  }
}
