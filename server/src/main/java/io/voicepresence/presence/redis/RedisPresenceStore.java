package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Census;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.JoinOutcome;
import io.voicepresence.presence.LeaveOutcome;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.Prolonged;
import io.voicepresence.presence.Refreshed;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The store of many nodes. Each transition is one script, run in one round trip by the server that
 * holds the channel; on Cluster a join and a leave have a second trip, to the user's index.
 */
public final class RedisPresenceStore implements PresenceStore {
  private final RedisCommands commands;
  private final RedisKeys keys;
  private final PresenceSettings settings;
  private final UnreadableValues unreadable = new UnreadableValues();
  private final UserIndex userIndex;
  private final DueIndex due;
  private final OwedEntries owed;
  private final Indexes indexes;
  private final JoinScript join;
  private final LeaveScript leave;
  private final UpdateScript update;
  private final RefreshScript refresh;
  private final ProlongScript prolong;
  private final ReassertScript reassert;
  private final ReleaseScript release;
  private final SnapshotScript snapshot;
  private final AnnounceScript announce;
  private final DropWrongTypesScript dropWrongTypes;
  private final Sweep sweep;

  RedisPresenceStore(RedisCommands commands, RedisScripts scripts, PresenceSettings settings) {
    this.commands = commands;
    this.settings = settings;
    this.keys = new RedisKeys(commands.clustered());
    boolean withIndex = !commands.clustered();
    this.userIndex = new UserIndex(commands, keys);
    this.due = new DueIndex(commands, keys, scripts, settings);
    this.join = new JoinScript(scripts, keys, withIndex);
    this.leave = new LeaveScript(scripts, keys, withIndex);
    this.update = new UpdateScript(scripts, keys);
    this.refresh = new RefreshScript(scripts, keys, withIndex);
    this.prolong = new ProlongScript(scripts, keys);
    this.reassert = new ReassertScript(scripts, keys, withIndex);
    this.release = new ReleaseScript(scripts, keys);
    this.snapshot = new SnapshotScript(scripts, keys, unreadable);
    this.announce = new AnnounceScript(scripts, keys);
    this.dropWrongTypes = new DropWrongTypesScript(scripts, keys);
    this.owed = new OwedEntries(commands, keys, userIndex, due, dropWrongTypes);
    this.indexes =
        commands.clustered()
            ? new OtherServerIndexes(userIndex, due, new ClaimChannelScript(scripts, keys), owed)
            : new SameServerIndexes(due);
    this.sweep =
        new Sweep(
            commands,
            scripts.outages(),
            keys,
            due,
            new ExpireScript(scripts, keys, withIndex),
            indexes,
            owed,
            dropWrongTypes,
            unreadable);
  }

  /** How many stored values were no user's JSON. */
  public long unreadableValues() {
    return unreadable.count();
  }

  @Override
  public JoinOutcome join(ChannelId channel, Profile user, Claim claim, OptionalInt userLimit) {
    JoinScript.Reply reply = tryJoin(channel, user, claim, userLimit);
    if (reply instanceof JoinScript.Reply.Crowded
        && userIndex.channelsOf(user.id(), removalOf(user.id())).size()
            < settings.maxChannelsPerUser()) {
      // The index held channels that the user is not in any more: the look at it took them out.
      reply = tryJoin(channel, user, claim, userLimit);
    } else if (reply instanceof JoinScript.Reply.In in
        && checked(channel, user.id(), in.change().user()).isEmpty()) {
      // What is stored is no user's JSON, so it makes room.
      var _ = leave.run(channel, user.id(), LeaveReason.EXPIRED);
      reply = tryJoin(channel, user, claim, userLimit);
    }
    return switch (reply) {
      case JoinScript.Reply.In in -> {
        VoicePresenceUser present = checked(channel, user.id(), in.change().user()).orElseThrow();
        yield in.isNew()
            ? new JoinOutcome.Joined(present, in.change().version())
            : new JoinOutcome.AlreadyPresent(present, in.change().version());
      }
      case JoinScript.Reply.Full _ -> new JoinOutcome.Full(userLimit.orElseThrow());
      case JoinScript.Reply.Crowded _ ->
          new JoinOutcome.TooManyChannels(settings.maxChannelsPerUser());
    };
  }

  @Override
  public LeaveOutcome leave(ChannelId channel, UserId user, LeaveReason reason) {
    Optional<StoredChange> left = repairing(channel, user, () -> leave.run(channel, user, reason));
    indexes.remove(channel, user);
    return left.flatMap(
            change ->
                checked(channel, user, change.user())
                    .map(last -> (LeaveOutcome) new LeaveOutcome.Left(last, change.version())))
        .orElseGet(LeaveOutcome.Absent::new);
  }

  @Override
  public UpdateOutcome update(
      ChannelId channel, UserId user, VoiceStateUpdate updates, Claim claim) {
    Optional<UpdateScript.Reply> reply =
        repairing(channel, () -> update.run(channel, user, updates, claim));
    enterNew(channel, reply.filter(UpdateScript.Reply::isNew));
    return reply
        .map(UpdateScript.Reply::change)
        .flatMap(
            change ->
                checked(channel, user, change.user())
                    .map(
                        updated ->
                            (UpdateOutcome)
                                new UpdateOutcome.Updated(updated, updates, change.version())))
        .orElseGet(UpdateOutcome.Absent::new);
  }

  @Override
  public Optional<Refreshed> refresh(ChannelId channel, UserId user, Claim claim) {
    Optional<RefreshScript.Reply> reply =
        repairing(channel, () -> refresh.run(channel, user, claim));
    if (reply.isPresent()) {
      indexes.enter(channel, user);
    }
    return reply.flatMap(
        found ->
            checked(channel, user, found.user())
                .map(refreshed -> new Refreshed(refreshed, found.staysFor())));
  }

  @Override
  public Prolonged prolong(ChannelId channel, Collection<Stay> stays) {
    return repairing(
        channel,
        () -> {
          indexes.prolonging(channel);
          Prolonged prolonged = prolong.run(channel, List.copyOf(stays));
          Set<Stay> absent = prolonged.absent();
          indexes.prolonged(
              channel, stays.stream().filter(stay -> !absent.contains(stay)).toList());
          return prolonged;
        });
  }

  @Override
  public boolean reassert(ChannelId channel, VoicePresenceUser user) {
    return repairing(
        channel,
        user.id(),
        () -> {
          indexes.enter(channel, user.id()); // no claim: counted already, when the user joined
          boolean goesOn = reassert.run(channel, user);
          if (goesOn) {
            indexes.enter(channel, user.id());
          } else {
            indexes.refused(channel, user.id());
          }
          indexes.enterDue(channel); // whoever stands there is to be looked at, this one or not
          return goesOn;
        });
  }

  @Override
  public void release(ChannelId channel, Stay stay) {
    repairing(
        channel,
        () -> {
          release.run(channel, stay);
          return stay;
        });
  }

  @Override
  public ChannelSnapshot snapshot(ChannelId channel) {
    ChannelSnapshot seen = repairing(channel, () -> snapshot.run(channel));
    if (!seen.users().isEmpty()) {
      indexes.seen(channel);
    }
    return seen;
  }

  @Override
  public long version(ChannelId channel) {
    String key = keys.version(channel);
    byte[] stored = repairing(channel, () -> await(commands.send(key, c -> c.get(key))));
    return stored == null ? 0 : StoredVersion.parse(RedisScripts.text(stored));
  }

  @Override
  public boolean announce(ChannelId channel, long version, List<PresenceEvent> changes) {
    return repairing(
        channel,
        () -> {
          boolean announced = announce.run(channel, version, changes);
          indexes.enterDue(channel);
          return announced;
        });
  }

  @Override
  public Set<ChannelId> channelsOf(UserId user) {
    owed.settle(user);
    return WrongTypes.repairing(
        user, () -> dropWrongTypes.run(user), () -> userIndex.channelsOf(user, removalOf(user)));
  }

  @Override
  public Set<ChannelId> claimedChannelsOf(UserId user) {
    owed.settle(user);
    return WrongTypes.repairing(
        user, () -> dropWrongTypes.run(user), () -> Set.copyOf(userIndex.claimedBy(user)));
  }

  @Override
  public List<UserLeft> expireDue() {
    return sweep.round();
  }

  @Override
  public Census census() {
    return new RedisCensus(commands, keys, due).count();
  }

  private Function<ChannelId, CompletableFuture<Void>> removalOf(UserId user) {
    return channel -> owed.unlessDone(userIndex.remove(channel, user), channel, user);
  }

  private JoinScript.Reply tryJoin(
      ChannelId channel, Profile user, Claim claim, OptionalInt userLimit) {
    return repairing(
        channel,
        user.id(),
        () -> {
          if (!indexes.claim(channel, user.id())) {
            return new JoinScript.Reply.Crowded();
          }
          JoinScript.Reply reply = join.run(channel, user, claim, userLimit);
          if (reply instanceof JoinScript.Reply.In) {
            indexes.enter(channel, user.id());
          } else {
            indexes.refused(channel, user.id());
          }
          return reply;
        });
  }

  /** One whom another backend let in, and we announced, leaves by our sweeper too. */
  private void enterNew(ChannelId channel, Optional<?> announced) {
    if (announced.isPresent()) {
      repairing(
          channel,
          () -> {
            indexes.enterDue(channel);
            return announced;
          });
    }
  }

  /** Counts what is not this user's JSON, and passes it over. */
  private Optional<VoicePresenceUser> checked(
      ChannelId channel, UserId user, Optional<VoicePresenceUser> stored) {
    Optional<VoicePresenceUser> own = stored.filter(found -> found.id().equals(user));
    if (own.isEmpty()) {
      unreadable.found(channel, user.value());
    }
    return own;
  }

  /** Where something that is not ours lies under the keys, removes it and tries again. */
  private <T> T repairing(ChannelId channel, UserId user, Supplier<T> step) {
    return WrongTypes.repairing(
        channel, () -> dropWrongTypes.run(channel, Optional.of(user)), step);
  }

  private <T> T repairing(ChannelId channel, Supplier<T> step) {
    return WrongTypes.repairing(channel, () -> dropWrongTypes.run(channel, Optional.empty()), step);
  }
}
