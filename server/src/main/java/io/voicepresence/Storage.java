package io.voicepresence;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.EventLoopGroup;
import io.voicepresence.config.Settings;
import io.voicepresence.ops.RealtimeCounters;
import io.voicepresence.ops.StoreHealth;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import io.voicepresence.presence.redis.RedisChangeFeed;
import io.voicepresence.presence.redis.RedisInstallation;
import io.voicepresence.presence.redis.RedisPresenceStore;

/**
 * The store with the feed that it publishes to: one choice for both.
 *
 * @param meters what there is to see of it
 */
record Storage(
    PresenceStore store, ChangeFeed feed, StoreHealth health, MeterBinder meters, Runnable ending)
    implements AutoCloseable {

  static Storage inMemory(PresenceSettings presence) {
    MemoryChangeFeed feed = new MemoryChangeFeed();
    return new Storage(
        new MemoryPresenceStore(feed, presence, StoreClock.system()),
        feed,
        new StoreHealth(() -> true, () -> true),
        _ -> {},
        () -> {});
  }

  static Storage inRedis(
      Settings.Store.Redis redis, PresenceSettings presence, EventLoopGroup loops) {
    RedisInstallation installation =
        RedisInstallation.open(redis.address(), redis.connection(), loops);
    RedisPresenceStore store = installation.presenceStore(presence);
    RedisChangeFeed feed = installation.changeFeed();
    return new Storage(
        store,
        feed,
        new StoreHealth(installation::reachable, feed::healthy),
        meters(store, feed),
        () -> {
          feed.close();
          installation.close();
        });
  }

  @Override
  public void close() {
    ending.run();
  }

  private static MeterBinder meters(RedisPresenceStore store, RedisChangeFeed feed) {
    return registry -> {
      RealtimeCounters.counter(
          registry, "store.unreadable", "Values that are no user's JSON", store::unreadableValues);
      RealtimeCounters.counter(
          registry, "feed.messages", "Messages that the feed brought", feed::messages);
      RealtimeCounters.counter(
          registry, "feed.dropped", "Messages of the feed that cannot be read", feed::dropped);
      RealtimeCounters.counter(
          registry, "feed.relinks", "Links of the feed that were made anew", feed::relinks);
      RealtimeCounters.gauge(
          registry, "feed.channels", "Channels that the feed follows", feed::followed);
    };
  }
}
