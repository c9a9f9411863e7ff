package io.voicepresence.http;

import io.voicepresence.channel.ChannelTable;
import io.voicepresence.presence.ChannelSnapshot;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Snapshots as JSON, encoded once for as long as the store gives the same. The store is asked each
 * time, so nothing here is ever stale; what is kept is only the form.
 */
@Singleton
final class SnapshotBodies {
  /** Larger ones are encoded each time: so the bytes of all are 64 MiB at most. */
  private static final int MAX_BYTES = 64 * 1024;

  private final ChannelTable<SnapshotBody> bodies = new ChannelTable<>();

  SnapshotBody of(ChannelSnapshot snapshot) {
    // Stores hand out the same object until something changes, so this seldom compares users.
    Optional<SnapshotBody> kept =
        bodies.find(snapshot.channelId()).filter(body -> body.shows(snapshot));
    if (kept.isPresent()) {
      return kept.get();
    }
    SnapshotBody fresh = new SnapshotBody(snapshot);
    if (fresh.json().length <= MAX_BYTES) {
      bodies.put(snapshot.channelId(), fresh);
    }
    return fresh;
  }
}
