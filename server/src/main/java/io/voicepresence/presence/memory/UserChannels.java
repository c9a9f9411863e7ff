package io.voicepresence.presence.memory;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which channels each user is in. Written under the channel's lock, so that it never differs from
 * it.
 */
final class UserChannels {
  /** Sets are touched inside compute only, and never empty. */
  private final ConcurrentHashMap<UserId, Set<ChannelId>> channels = new ConcurrentHashMap<>();

  private final int limit;

  UserChannels(int limit) {
    this.limit = limit;
  }

  /** Adds a channel, unless the user is in as many as one may be. */
  boolean add(UserId user, ChannelId channel) {
    boolean[] added = {false};
    channels.compute(
        user,
        (id, old) -> {
          Set<ChannelId> all = old == null ? new HashSet<>(2) : old;
          added[0] = all.size() < limit && all.add(channel);
          return all.isEmpty() ? null : all;
        });
    return added[0];
  }

  void remove(UserId user, ChannelId channel) {
    channels.computeIfPresent(
        user,
        (id, all) -> {
          all.remove(channel);
          return all.isEmpty() ? null : all;
        });
  }

  Set<ChannelId> of(UserId user) {
    Set<ChannelId> copy = new HashSet<>();
    channels.computeIfPresent(
        user,
        (id, all) -> {
          copy.addAll(all);
          return all;
        });
    return Set.copyOf(copy);
  }
}
