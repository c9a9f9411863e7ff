package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.lettuce.core.ZAddArgs;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.PresenceSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Which channels to look at, and when, so that a sweeper finds what is over without searching.
 * Every channel with users stands here, and is looked at often enough that any deadline set after a
 * look is still ahead at the next.
 *
 * <p>A channel is entered by the script of a join (on Cluster, where the index lies in another
 * slot, before it and after it), and an empty one is taken out before a last look: however the two
 * cross each other, one of them sees the user.
 */
final class DueIndex {
  private final RedisCommands commands;
  private final RedisKeys keys;
  private final StoreTimes times;
  private final TakeDueScript takeDue;
  private final Duration lookInterval;

  DueIndex(
      RedisCommands commands, RedisKeys keys, RedisScripts scripts, PresenceSettings settings) {
    this.commands = commands;
    this.keys = keys;
    this.times = scripts.times();
    this.takeDue = new TakeDueScript(scripts);
    this.lookInterval = RedisScript.lookInterval(settings);
  }

  /** Sees to it that the channel stands here. */
  CompletableFuture<Long> enter(ChannelId channel) {
    String due = keys.due(channel);
    // Where the server's clock is not known yet, this is long past: looked at at once, and no harm.
    return enter(
        due, channel, times.now(commands.serverOf(due)) + (double) lookInterval.toMillis());
  }

  /** As {@link #enter}, for one that could not be entered before: it may be late already. */
  CompletableFuture<Long> enterLate(ChannelId channel) {
    return enter(keys.due(channel), channel, 0);
  }

  private CompletableFuture<Long> enter(String due, ChannelId channel, double look) {
    return commands.send(due, c -> c.zadd(due, ZAddArgs.Builder.nx(), look, utf8(channel.value())));
  }

  CompletableFuture<Long> remove(ChannelId channel) {
    String due = keys.due(channel);
    return commands.send(due, c -> c.zrem(due, utf8(channel.value())));
  }

  /** Looks at the channel again at {@code look}, by the store's clock. */
  CompletableFuture<Long> putOff(ChannelId channel, long look) {
    String due = keys.due(channel);
    return commands.send(due, c -> c.zadd(due, (double) look, utf8(channel.value())));
  }

  /** Takes nothing, but finds out whether the server answers, and what its clock shows. */
  CompletableFuture<?> look(int index) {
    return take(keys.due(index), 0);
  }

  /** Takes up to {@link TakeDueScript#MAX_CHANNELS} due channels of one index. */
  CompletableFuture<List<ChannelId>> take(int index) {
    String key = keys.due(index);
    return take(key, TakeDueScript.MAX_CHANNELS).thenApply(due -> valid(key, due.channels()));
  }

  private List<ChannelId> valid(String key, List<String> ids) {
    List<ChannelId> channels = new ArrayList<>(ids.size());
    for (String id : ids) {
      if (ChannelId.isValid(id)) {
        channels.add(new ChannelId(id));
      } else {
        var _ = commands.send(key, c -> c.zrem(key, utf8(id)));
      }
    }
    return channels;
  }

  private CompletableFuture<TakeDueScript.Due> take(String key, int atMost) {
    return takeDue
        .send(key, atMost)
        .thenApply(
            due -> {
              times.learn(commands.serverOf(key), due.now());
              return due;
            });
  }

  /** A page of the channels that stand in one index, from the {@code first} on. */
  List<ChannelId> page(int index, int first, int size) {
    String key = keys.due(index);
    return await(commands.send(key, c -> c.zrange(key, first, first + size - 1L))).stream()
        .map(RedisScripts::text)
        .filter(ChannelId::isValid)
        .map(ChannelId::new)
        .toList();
  }
}
