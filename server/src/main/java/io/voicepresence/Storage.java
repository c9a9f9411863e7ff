package io.voicepresence;

import io.voicepresence.ops.StoreHealth;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;

/** The store with the feed that it publishes to: one choice for both. */
record Storage(PresenceStore store, ChangeFeed feed, StoreHealth health, Runnable ending)
    implements AutoCloseable {

  static Storage inMemory(PresenceSettings settings) {
    MemoryChangeFeed feed = new MemoryChangeFeed();
    return new Storage(
        new MemoryPresenceStore(feed, settings, StoreClock.system()),
        feed,
        new StoreHealth(() -> true, () -> true),
        () -> {});
  }

  @Override
  public void close() {
    ending.run();
  }
}
