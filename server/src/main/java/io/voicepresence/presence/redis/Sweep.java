package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.VoicePresenceUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Looks at the channels that are due, and takes out whoever's time has passed. */
final class Sweep {
  private final RedisKeys keys;
  private final DueIndex due;
  private final ExpireScript expire;
  private final Indexes indexes;
  private final DropWrongTypesScript dropWrongTypes;
  private final UnreadableValues unreadable;
  private final RedisCommands commands;
  private final RecentOutages outages;

  Sweep(
      RedisCommands commands,
      RecentOutages outages,
      RedisKeys keys,
      DueIndex due,
      ExpireScript expire,
      Indexes indexes,
      DropWrongTypesScript dropWrongTypes,
      UnreadableValues unreadable) {
    this.commands = commands;
    this.outages = outages;
    this.keys = keys;
    this.due = due;
    this.expire = expire;
    this.indexes = indexes;
    this.dropWrongTypes = dropWrongTypes;
    this.unreadable = unreadable;
  }

  /**
   * One round over all indexes.
   *
   * @throws io.voicepresence.error.RequestException {@code unavailable} when some server is out of
   *     reach; what the others hold was looked at all the same
   */
  List<UserLeft> round() {
    outages.roundBegins();
    indexes.settle();
    List<UserLeft> expired = new ArrayList<>();
    Optional<RuntimeException> failure = Optional.empty();
    for (int index = 0; index < keys.dueIndexes(); index++) {
      try {
        if (outages.isNew()) {
          getToKnow(index);
        } else {
          sweep(index, expired);
        }
      } catch (RuntimeException failed) {
        failure = Optional.of(failed);
      }
    }
    if (failure.isPresent() && expired.isEmpty()) {
      throw failure.get();
    }
    return expired;
  }

  /**
   * Takes nothing: what this node may not announce yet, another one may, and would have to wait for
   * the lease.
   */
  private void getToKnow(int index) {
    var _ = outages.mustWait(commands.serverOf(keys.due(index)));
    due.look(index);
  }

  private void sweep(int index, List<UserLeft> expired) {
    boolean more;
    do {
      List<ChannelId> taken =
          WrongTypes.repairing("an index", () -> dropWrongTypes.run(index), () -> due.take(index));
      more = taken.size() == TakeDueScript.MAX_CHANNELS;
      // Those of a server that is just back are taken again when their lease is over.
      List<ChannelId> channels = taken.stream().filter(this::maySpeak).toList();
      List<CompletableFuture<ExpireScript.Look>> looks =
          channels.stream().map(expire::send).toList();
      Optional<RuntimeException> failure = Optional.empty();
      for (int i = 0; i < looks.size(); i++) {
        try {
          ChannelId channel = channels.get(i);
          finish(channel, first(channel, looks.get(i)), expired);
        } catch (RuntimeException failed) {
          // The others are not to suffer; this one is taken again when its lease is over.
          failure = Optional.of(failed);
        }
      }
      if (failure.isPresent()) {
        throw failure.get();
      }
    } while (more);
  }

  private boolean maySpeak(ChannelId channel) {
    return !outages.mustWait(commands.serverOf(keys.members(channel)));
  }

  private ExpireScript.Look first(ChannelId channel, CompletableFuture<ExpireScript.Look> sent) {
    return WrongTypes.repairing(
        channel,
        () -> dropWrongTypes.run(channel, Optional.empty()),
        () -> await(sent.isCompletedExceptionally() ? expire.send(channel) : sent));
  }

  private void finish(ChannelId channel, ExpireScript.Look look, List<UserLeft> expired) {
    announceTo(expired, channel, look);
    // Still due where the script stopped at its bound.
    while (look.nextLook().isPresent() && look.nextLook().getAsLong() <= look.now()) {
      look = await(expire.send(channel));
      announceTo(expired, channel, look);
    }
    if (look.nextLook().isPresent()) {
      var _ = due.putOff(channel, look.nextLook().getAsLong());
      return;
    }
    await(due.remove(channel));
    if (await(expire.send(channel)).nextLook().isPresent()) {
      await(due.enter(channel)); // Somebody came in between.
    }
  }

  private void announceTo(List<UserLeft> expired, ChannelId channel, ExpireScript.Look look) {
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
