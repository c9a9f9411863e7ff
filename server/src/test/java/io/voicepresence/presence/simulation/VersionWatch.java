package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.ChannelSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds a store to it, without any model, that versions never fall and never repeat. Only one that
 * has lost them shows 0.
 */
final class VersionWatch {
  private final Map<ChannelId, Long> highest = new HashMap<>();

  /** What is wrong with these, if anything. */
  Optional<String> look(Observation seen) {
    for (Told heard : seen.told()) {
      long before = highest.getOrDefault(heard.channel(), 0L);
      if (heard.version() <= before || heard.previous() > heard.version()) {
        return Optional.of("After version " + before + " came " + heard);
      }
      highest.put(heard.channel(), heard.version());
    }
    List<ChannelSnapshot> snapshots = seen.snapshots();
    for (ChannelSnapshot snapshot : snapshots) {
      long before = highest.getOrDefault(snapshot.channelId(), 0L);
      if (snapshot.version() != 0 && snapshot.version() < before) {
        return Optional.of("After version " + before + " the snapshot shows " + snapshot);
      }
      highest.put(snapshot.channelId(), Math.max(before, snapshot.version()));
    }
    return Optional.empty();
  }
}
