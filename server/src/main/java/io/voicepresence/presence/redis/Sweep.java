package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.VoicePresenceUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/** Looks at the channels that are due, and takes out whoever's time has passed. */
final class Sweep {
  /** How long the departures of all servers wait for those of the slowest. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final RedisKeys keys;
  private final DueIndex due;
  private final ExpireScript expire;
  private final Indexes indexes;
  private final OwedEntries owed;
  private final DropWrongTypesScript dropWrongTypes;
  private final UnreadableValues unreadable;
  private final RedisCommands commands;
  private final RecentOutages outages;
  private final ServerRounds servers = new ServerRounds("sweep", PATIENCE);
  private final Queue<UserLeft> expired = new ConcurrentLinkedQueue<>();
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  Sweep(
      RedisCommands commands,
      RecentOutages outages,
      RedisKeys keys,
      DueIndex due,
      ExpireScript expire,
      Indexes indexes,
      OwedEntries owed,
      DropWrongTypesScript dropWrongTypes,
      UnreadableValues unreadable) {
    this.commands = commands;
    this.outages = outages;
    this.keys = keys;
    this.due = due;
    this.expire = expire;
    this.indexes = indexes;
    this.owed = owed;
    this.dropWrongTypes = dropWrongTypes;
    this.unreadable = unreadable;
  }

  /**
   * One round over all indexes, those of each server apart from the others.
   *
   * @return who was announced since the last round: a slow server's come with a later one
   * @throws io.voicepresence.error.RequestException {@code unavailable} when some server is out of
   *     reach; what the others hold was looked at all the same
   */
  List<UserLeft> round() {
    outages.running();
    owed.settle();
    outages.running();
    Map<String, List<Integer>> byServer = new LinkedHashMap<>();
    for (int index = 0; index < keys.dueIndexes(); index++) {
      byServer
          .computeIfAbsent(commands.serverOf(keys.due(index)), _ -> new ArrayList<>())
          .add(index);
    }
    servers.run(byServer.keySet(), server -> sweep(byServer.get(server)));
    outages.running();
    List<UserLeft> announced = drained(expired);
    List<RuntimeException> failed = drained(failures);
    if (announced.isEmpty() && !failed.isEmpty()) {
      throw failed.getFirst();
    }
    return announced;
  }

  private static <T> List<T> drained(Queue<T> queue) {
    List<T> all = new ArrayList<>();
    for (T next = queue.poll(); next != null; next = queue.poll()) {
      all.add(next);
    }
    return all;
  }

  private void sweep(List<Integer> numbers) {
    try {
      if (outages.isNew()) {
        getToKnow(numbers);
        return;
      }
      List<Integer> unfinished = numbers;
      while (!unfinished.isEmpty()) {
        unfinished = page(unfinished);
      }
    } catch (RuntimeException failed) {
      failures.add(failed);
    }
  }

  /**
   * Takes nothing: what this node may not announce yet, another one may, and would have to wait for
   * the lease.
   */
  private void getToKnow(List<Integer> numbers) {
    List<CompletableFuture<?>> looks = new ArrayList<>();
    for (int index : numbers) {
      var _ = outages.mustWait(commands.serverOf(keys.due(index)));
      looks.add(due.look(index));
      outages.running();
    }
    looks.forEach(look -> attempt(() -> await(look)));
  }

  /** Returns the indexes that may hold more that is due. */
  private List<Integer> page(List<Integer> numbers) {
    List<CompletableFuture<List<ChannelId>>> takes = new ArrayList<>();
    for (int index : numbers) {
      takes.add(due.take(index));
      outages.running();
    }
    List<ChannelId> channels = new ArrayList<>();
    List<Integer> unfinished = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      int index = numbers.get(i);
      CompletableFuture<List<ChannelId>> sent = takes.get(i);
      attempt(
          () -> {
            List<ChannelId> taken =
                WrongTypes.repairing(
                    "an index", () -> dropWrongTypes.run(index), sent, () -> due.take(index));
            channels.addAll(taken);
            if (taken.size() == TakeDueScript.MAX_CHANNELS) {
              unfinished.add(index);
            }
          });
    }
    look(channels);
    return unfinished;
  }

  private void look(List<ChannelId> channels) {
    List<ChannelId> emptied = new ArrayList<>();
    List<ChannelId> left = channels;
    while (!left.isEmpty()) {
      outages.running();
      // Those of a server that is just back are taken again when their lease is over.
      List<ChannelId> looked = left.stream().filter(this::maySpeak).toList();
      List<ChannelId> again = new ArrayList<>();
      forEach(
          looked,
          looked.stream().map(expire::send).toList(),
          (channel, sent) -> {
            ExpireScript.Look look =
                WrongTypes.repairing(
                    channel,
                    () -> dropWrongTypes.run(channel, Optional.empty()),
                    sent,
                    () -> expire.send(channel));
            announce(channel, look);
            if (look.nextLook().isEmpty()) {
              emptied.add(channel);
            } else if (look.nextLook().getAsLong() <= look.now()) {
              again.add(channel); // the script stopped at its bound
            } else {
              var _ = due.putOff(channel, look.nextLook().getAsLong());
            }
          });
      left = again;
    }
    takeOut(emptied);
  }

  private boolean maySpeak(ChannelId channel) {
    return !outages.mustWait(commands.serverOf(keys.members(channel)));
  }

  /**
   * Takes the channels out of the index, and puts them back in unless a look after that finds them
   * empty still: somebody may have come in between.
   */
  private void takeOut(List<ChannelId> emptied) {
    List<ChannelId> out = new ArrayList<>();
    Set<ChannelId> back = new LinkedHashSet<>();
    forEach(
        emptied,
        emptied.stream().map(due::remove).toList(),
        (channel, removed) -> {
          back.add(channel);
          await(removed);
          if (maySpeak(channel)) {
            out.add(channel);
          }
        });
    outages.running();
    forEach(
        out,
        out.stream().map(expire::send).toList(),
        (channel, sent) -> {
          ExpireScript.Look look = await(sent);
          announce(channel, look);
          if (look.nextLook().isEmpty()) {
            back.remove(channel);
          }
        });
    outages.running();
    List<ChannelId> stillDue = List.copyOf(back);
    forEach(
        stillDue,
        stillDue.stream().map(channel -> owed.unlessDone(due.enterLate(channel), channel)).toList(),
        (_, entered) -> await(entered));
  }

  /** The step for each: that one fails is not to be the others' loss. */
  private <T> void forEach(
      List<ChannelId> channels,
      List<CompletableFuture<T>> sent,
      BiConsumer<ChannelId, CompletableFuture<T>> step) {
    for (int i = 0; i < channels.size(); i++) {
      ChannelId channel = channels.get(i);
      CompletableFuture<T> reply = sent.get(i);
      attempt(() -> step.accept(channel, reply));
    }
  }

  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException failed) {
      // What was taken is taken again when its lease is over.
      failures.add(failed);
    }
  }

  private void announce(ChannelId channel, ExpireScript.Look look) {
    for (StoredChange change : look.expired()) {
      Optional<VoicePresenceUser> user = change.user();
      if (user.isEmpty()) {
        unreadable.found(channel, "unknown");
        continue;
      }
      indexes.remove(channel, user.get().id());
      expired.add(new UserLeft(channel, user.get(), change.version(), LeaveReason.EXPIRED));
    }
  }
}
