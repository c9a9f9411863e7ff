package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.Census;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Counts who is where, page by page over the indexes of channels. A channel that is entered or
 * leaves meanwhile may be missed: these are numbers for a graph.
 */
final class RedisCensus {
  private static final int PAGE = 500;

  private final RedisCommands commands;
  private final RedisKeys keys;
  private final DueIndex due;

  RedisCensus(RedisCommands commands, RedisKeys keys, DueIndex due) {
    this.commands = commands;
    this.keys = keys;
    this.due = due;
  }

  Census count() {
    List<Integer> occupancies = new ArrayList<>();
    for (int index = 0; index < keys.dueIndexes(); index++) {
      List<ChannelId> page;
      int first = 0;
      do {
        page = due.page(index, first, PAGE);
        first += PAGE;
        List<CompletableFuture<Long>> sizes = page.stream().map(this::size).toList();
        for (CompletableFuture<Long> size : sizes) {
          int users = Math.toIntExact(await(size));
          if (users > 0) {
            occupancies.add(users);
          }
        }
      } while (page.size() == PAGE);
    }
    return new Census(occupancies);
  }

  private CompletableFuture<Long> size(ChannelId channel) {
    String members = keys.members(channel);
    return commands.send(members, c -> c.scard(members));
  }
}
