package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.ChannelTable;
import io.voicepresence.presence.ChannelSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was read from the last replies of {@code snapshot.lua}. The same bytes once more mean the
 * same once more, and to compare them costs much less than to read JSON.
 */
final class ReadSnapshots {
  /** Larger channels are read each time: so the bytes of all are some 64 MiB at most. */
  private static final int MAX_BYTES = 64 * 1024;

  private final ChannelTable<Read> last = new ChannelTable<>();

  private record Read(List<Object> reply, ChannelSnapshot snapshot) {}

  /** What this reply was read as before, if it came before. */
  Optional<ChannelSnapshot> find(ChannelId channel, List<Object> reply) {
    return last.find(channel)
        .filter(read -> read.snapshot().channelId().equals(channel) && same(read.reply(), reply))
        .map(Read::snapshot);
  }

  void keep(ChannelSnapshot snapshot, List<Object> reply) {
    if (size(reply) <= MAX_BYTES) {
      last.put(snapshot.channelId(), new Read(reply, snapshot));
    }
  }

  private static boolean same(Object before, Object now) {
    if (before instanceof byte[] then && now instanceof byte[] bytes) {
      return Arrays.equals(then, bytes);
    }
    if (before instanceof List<?> then && now instanceof List<?> list) {
      boolean same = then.size() == list.size();
      for (int i = 0; same && i < then.size(); i++) {
        same = same(then.get(i), list.get(i));
      }
      return same;
    }
    return Objects.equals(before, now);
  }

  private static int size(Object part) {
    return switch (part) {
      case byte[] bytes -> bytes.length;
      case List<?> parts -> parts.stream().mapToInt(ReadSnapshots::size).sum();
      case null, default -> 0;
    };
  }
}
