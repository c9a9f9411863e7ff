package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of indexes that this node could not bring up to date, kept by the server of the index. An
 * entry says no more than that it is to be looked at: what is true is seen when the server is back.
 */
final class OwedEntries {
  private static final Logger log = LoggerFactory.getLogger(OwedEntries.class);

  /** So many at most; more are dropped, and left to the next prolonging, refresh or read. */
  static final int MAX = 100_000;

  /** So many go in one packet, and are as many tries of a server that may still be away. */
  private static final int BATCH = 200;

  /** How long a round waits for the slowest server. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RedisCommands commands;
  private final RedisKeys keys;
  private final UserIndex userIndex;
  private final DueIndex due;
  private final DropWrongTypesScript dropWrongTypes;
  private final ServerRounds servers = new ServerRounds("settle", PATIENCE);
  private final ConcurrentHashMap<String, Group> groups = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();

  /**
   * A channel in the index of due channels, or in that of a user.
   *
   * @param number another one each time that it comes to be owed
   */
  private record Entry(ChannelId channel, Optional<UserId> user, long number) {
    /** Those of a user stand together; no id holds a line feed. */
    String name() {
      return user.map(UserId::value).orElse("") + '\n' + channel.value();
    }
  }

  /** What is owed to one server. */
  private static final class Group {
    private final ConcurrentNavigableMap<String, Entry> entries = new ConcurrentSkipListMap<>();

    /** After which entry to go on: those that cannot be settled are not to keep others back. */
    private volatile String last = "";
  }

  OwedEntries(
      RedisCommands commands,
      RedisKeys keys,
      UserIndex userIndex,
      DueIndex due,
      DropWrongTypesScript dropWrongTypes) {
    this.commands = commands;
    this.keys = keys;
    this.userIndex = userIndex;
    this.due = due;
    this.dropWrongTypes = dropWrongTypes;
  }

  boolean isFull() {
    return size.get() >= MAX;
  }

  /** Where the step fails, the channel's entry among the due ones is owed. */
  <T> CompletableFuture<T> unlessDone(CompletableFuture<T> step, ChannelId channel) {
    return unlessDone(step, channel, Optional.empty());
  }

  /** Where the step fails, the channel's entry in the user's index is owed. */
  <T> CompletableFuture<T> unlessDone(CompletableFuture<T> step, ChannelId channel, UserId user) {
    return unlessDone(step, channel, Optional.of(user));
  }

  private <T> CompletableFuture<T> unlessDone(
      CompletableFuture<T> step, ChannelId channel, Optional<UserId> user) {
    return step.whenComplete(
        (_, failed) -> {
          if (failed != null) {
            owe(channel, user);
          }
        });
  }

  private void owe(ChannelId channel, Optional<UserId> user) {
    if (isFull()) {
      log.debug("Too many entries are owed to keep that of {}", channel);
      return;
    }
    String key = user.map(keys::userChannels).orElseGet(() -> keys.due(channel));
    Entry entry = new Entry(channel, user, numbers.incrementAndGet());
    Group group = groups.computeIfAbsent(commands.serverOf(key), _ -> new Group());
    if (group.entries.put(entry.name(), entry) == null) {
      size.incrementAndGet();
    }
  }

  /** Brings up to date what can be: all servers at once, and none waits long for another. */
  void settle() {
    if (size.get() > 0) {
      servers.run(
          groups.keySet().stream().filter(server -> !groups.get(server).entries.isEmpty()).toList(),
          server -> settle(groups.get(server)));
    }
  }

  /**
   * Brings up to date what is owed to a user's index.
   *
   * @throws io.voicepresence.error.RequestException {@code unavailable} where that cannot be
   */
  void settle(UserId user) {
    if (size.get() == 0) {
      return;
    }
    Optional<RuntimeException> failure = Optional.empty();
    for (Group group : groups.values()) {
      List<Entry> own =
          List.copyOf(group.entries.subMap(user.value() + '\n', user.value() + '\u000b').values());
      Optional<RuntimeException> failed = settle(group, own).failure();
      failure = failed.isPresent() ? failed : failure;
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private void settle(Group group) {
    boolean fromTheFirst = group.last.isEmpty();
    while (true) {
      List<Entry> batch =
          group.entries.tailMap(group.last, false).values().stream().limit(BATCH).toList();
      if (!batch.isEmpty()) {
        group.last = batch.getLast().name();
        if (settle(group, batch).settled() == 0) {
          return; // the server is still away
        }
      } else {
        group.last = "";
        if (fromTheFirst) {
          return;
        }
        fromTheFirst = true;
      }
    }
  }

  private record Outcome(int settled, Optional<RuntimeException> failure) {}

  private Outcome settle(Group group, List<Entry> batch) {
    List<CompletableFuture<Void>> sent = new ArrayList<>(batch.size());
    batch.forEach(entry -> sent.add(look(entry)));
    int settled = 0;
    Optional<RuntimeException> failure = Optional.empty();
    for (int i = 0; i < batch.size(); i++) {
      Entry entry = batch.get(i);
      try {
        var _ =
            WrongTypes.repairing(
                "an index", () -> dropWrongType(entry), sent.get(i), () -> look(entry));
        settled++;
        // What came to be owed again meanwhile stays so.
        if (group.entries.remove(entry.name(), entry)) {
          size.decrementAndGet();
        }
      } catch (RuntimeException failed) {
        failure = Optional.of(failed);
      }
    }
    return new Outcome(settled, failure);
  }

  private CompletableFuture<Void> look(Entry entry) {
    return entry
        .user()
        .map(user -> userIndex.look(entry.channel(), user))
        .orElseGet(() -> due.enterLate(entry.channel()).thenApply(_ -> null));
  }

  private List<String> dropWrongType(Entry entry) {
    return entry
        .user()
        .map(dropWrongTypes::run)
        .orElseGet(() -> dropWrongTypes.runDue(entry.channel()));
  }
}
