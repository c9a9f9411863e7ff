package io.voicepresence.presence.memory;

import io.voicepresence.presence.PresenceStoreContract;
import io.voicepresence.presence.StoreClock;

class MemoryPresenceStoreTest extends PresenceStoreContract {
  @Override
  protected Wired wire(StoreClock clock) {
    MemoryChangeFeed feed = new MemoryChangeFeed();
    return new Wired(new MemoryPresenceStore(feed, SETTINGS, clock), feed, () -> {});
  }
}
