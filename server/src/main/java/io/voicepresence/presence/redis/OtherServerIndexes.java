package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On Cluster, where other servers hold the indexes than the channel. Such a server may be out of
 * reach: then the channel goes on without it, and this node owes the entry until that server is
 * back. Should the node not live to see that, the next prolonging or refresh enters it.
 */
final class OtherServerIndexes implements Indexes {
  private static final Logger log = LoggerFactory.getLogger(OtherServerIndexes.class);

  /** Entries that one node owes; with more, joins wait for the server as they do for their own. */
  static final int MAX_OWED = 100_000;

  /** So many go in one packet, and are as many tries of a server that may still be away. */
  private static final int BATCH = 200;

  private final RedisCommands commands;
  private final RedisKeys keys;
  private final UserIndex userIndex;
  private final DueIndex due;
  private final ClaimChannelScript claimChannel;
  private final DropWrongTypesScript dropWrongTypes;
  private final Set<Entry> owed = ConcurrentHashMap.newKeySet();

  /** A channel in the index of due channels, or in that of a user. */
  private record Entry(ChannelId channel, Optional<UserId> user) {}

  OtherServerIndexes(
      RedisCommands commands,
      RedisKeys keys,
      UserIndex userIndex,
      DueIndex due,
      ClaimChannelScript claimChannel,
      DropWrongTypesScript dropWrongTypes) {
    this.commands = commands;
    this.keys = keys;
    this.userIndex = userIndex;
    this.due = due;
    this.claimChannel = claimChannel;
    this.dropWrongTypes = dropWrongTypes;
  }

  /**
   * Where a user's index is out of reach, the number of their channels is not known, and nobody is
   * refused for it.
   */
  @Override
  public boolean claim(ChannelId channel, UserId user) {
    CompletableFuture<Boolean> claimed = claimChannel.send(channel, user);
    CompletableFuture<Long> entered = due.enter(channel);
    boolean allowed = true;
    try {
      allowed = await(claimed);
      await(entered);
    } catch (RequestException unavailable) {
      if (owed.size() >= MAX_OWED) {
        throw unavailable;
      }
      log.debug("An index is out of reach", unavailable);
    }
    return allowed;
  }

  /**
   * Waits for neither: whoever takes the channel out of an index looks at the channel after that,
   * and the user is in by now.
   */
  @Override
  public void enter(ChannelId channel, UserId user) {
    enter(new Entry(channel, Optional.empty()), due.enter(channel));
    enter(new Entry(channel, Optional.of(user)), userIndex.enter(channel, user));
  }

  @Override
  public void enterDue(ChannelId channel) {
    enter(new Entry(channel, Optional.empty()), due.enter(channel));
  }

  private void enter(Entry entry, CompletableFuture<?> sent) {
    var _ =
        sent.whenComplete(
            (_, failed) -> {
              if (failed != null) {
                owed.add(entry);
              }
            });
  }

  @Override
  public void prolonging(ChannelId channel) {
    var _ = due.enter(channel);
  }

  @Override
  public void remove(ChannelId channel, UserId user) {
    var _ = userIndex.remove(channel, user);
  }

  @Override
  public void settle() {
    if (owed.isEmpty()) {
      return;
    }
    Map<String, List<Entry>> byServer = new HashMap<>();
    for (Entry entry : owed) {
      byServer.computeIfAbsent(commands.serverOf(key(entry)), _ -> new ArrayList<>()).add(entry);
    }
    byServer.forEach(this::settle);
  }

  @Override
  public void settle(UserId user) {
    if (owed.isEmpty()) {
      return;
    }
    List<Entry> own =
        owed.stream().filter(entry -> entry.user().equals(Optional.of(user))).toList();
    if (!own.isEmpty()) {
      settle(commands.serverOf(keys.userChannels(user)), own);
    }
  }

  private void settle(String server, List<Entry> entries) {
    for (int first = 0; first < entries.size(); first += BATCH) {
      List<Entry> batch = entries.subList(first, Math.min(first + BATCH, entries.size()));
      // Taken out before they are sent: what fails from now on is owed anew.
      owed.removeAll(batch);
      List<CompletableFuture<Long>> sent = batch.stream().map(this::send).toList();
      boolean reachable = true;
      for (int i = 0; i < sent.size(); i++) {
        reachable &= settled(batch.get(i), sent.get(i));
      }
      if (!reachable) {
        log.debug("{} entries are still owed to the indexes on {}", entries.size() - first, server);
        return;
      }
    }
  }

  private boolean settled(Entry entry, CompletableFuture<Long> sent) {
    try {
      var _ =
          WrongTypes.repairing(
              "an index",
              () -> dropWrongType(entry),
              () -> await(sent.isCompletedExceptionally() ? send(entry) : sent));
      return true;
    } catch (RuntimeException failed) {
      owed.add(entry);
      return false;
    }
  }

  private CompletableFuture<Long> send(Entry entry) {
    return entry
        .user()
        .map(user -> userIndex.enter(entry.channel(), user))
        .orElseGet(() -> due.enterLate(entry.channel()));
  }

  private List<String> dropWrongType(Entry entry) {
    return entry
        .user()
        .map(dropWrongTypes::run)
        .orElseGet(() -> dropWrongTypes.runDue(entry.channel()));
  }

  private String key(Entry entry) {
    return entry.user().map(keys::userChannels).orElseGet(() -> keys.due(entry.channel()));
  }
}
