package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static io.voicepresence.presence.redis.RedisScripts.utf8;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Which channels a user may be in: a superset, since on Cluster it lies in another slot than the
 * channels do. What a read finds to be untrue leaves it.
 *
 * <p>On Cluster a channel is entered before the join, and once more after it; it is taken out after
 * the leave, and entered again where a look after that finds the user in. However a join and a
 * leave cross each other, the last of these four steps sees what is true.
 */
final class UserIndex {
  private final RedisCommands commands;
  private final RedisKeys keys;

  UserIndex(RedisCommands commands, RedisKeys keys) {
    this.commands = commands;
    this.keys = keys;
  }

  /** Enters a channel. */
  CompletableFuture<Long> enter(ChannelId channel, UserId user) {
    String index = keys.userChannels(user);
    return commands.send(index, c -> c.sadd(index, utf8(channel.value())));
  }

  /** Takes a channel out, unless the user is in it. */
  CompletableFuture<Void> remove(ChannelId channel, UserId user) {
    String index = keys.userChannels(user);
    return commands
        .send(index, c -> c.srem(index, utf8(channel.value())))
        .thenCompose(_ -> isIn(channel, user))
        .thenCompose(in -> in ? enter(channel, user) : CompletableFuture.completedFuture(0L))
        .thenApply(_ -> null);
  }

  /** Sees to it that the channel stands here if the user is in it, and else does not. */
  CompletableFuture<Void> look(ChannelId channel, UserId user) {
    return enter(channel, user)
        .thenCompose(_ -> isIn(channel, user))
        .thenCompose(in -> in ? CompletableFuture.completedFuture(null) : remove(channel, user));
  }

  /** The channels that stand in the index, whether or not the user is in them. */
  List<ChannelId> claimedBy(UserId user) {
    String index = keys.userChannels(user);
    List<ChannelId> claimed = new ArrayList<>();
    for (byte[] id : await(commands.send(index, c -> c.smembers(index)))) {
      String text = RedisScripts.text(id);
      if (ChannelId.isValid(text)) {
        claimed.add(new ChannelId(text));
      }
    }
    return claimed;
  }

  /**
   * The channels that the user really is in.
   *
   * @param removal of one that the user is not in
   */
  Set<ChannelId> channelsOf(UserId user, Function<ChannelId, CompletableFuture<Void>> removal) {
    List<ChannelId> claimed = claimedBy(user);
    List<CompletableFuture<Boolean>> looks =
        claimed.stream().map(channel -> isIn(channel, user)).toList();
    Set<ChannelId> channels = new HashSet<>();
    List<CompletableFuture<Void>> removals = new ArrayList<>();
    for (int i = 0; i < claimed.size(); i++) {
      if (await(looks.get(i))) {
        channels.add(claimed.get(i));
      } else {
        removals.add(removal.apply(claimed.get(i)));
      }
    }
    removals.forEach(RedisScripts::await);
    return channels;
  }

  private CompletableFuture<Boolean> isIn(ChannelId channel, UserId user) {
    String key = keys.user(channel, user);
    return commands.send(key, c -> c.exists(key)).thenApply(count -> count > 0);
  }
}
