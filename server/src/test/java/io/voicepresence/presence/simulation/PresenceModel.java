package io.voicepresence.presence.simulation;

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
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.presence.simulation.Told.What;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rules of presence, written down a second time and as plainly as possible: no locks, no
 * indexes, no keys. It can be copied, so that a step of which two endings are allowed can be played
 * both ways.
 */
final class PresenceModel implements PresenceStore, Faults {

  /**
   * What is allowed to differ between stores.
   *
   * @param losesData whether a stay can end by nobody's word, so that {@code lost} and {@code over}
   *     differ and a stay of which nothing is known goes on
   * @param channelLimitFirst whether one who is in too many channels is told so before the channel
   *     is looked at
   */
  record Traits(boolean losesData, boolean channelLimitFirst) {}

  private final Map<ChannelId, ModelChannel> channels = new TreeMap<>();
  private final List<Told> told = new ArrayList<>();
  private final PresenceSettings settings;
  private final StoreClock clock;
  private final Traits traits;

  /** Which channels the next sweep does not look at. */
  private Set<ChannelId> overlooked = Set.of();

  PresenceModel(PresenceSettings settings, StoreClock clock, Traits traits) {
    this.settings = settings;
    this.clock = clock;
    this.traits = traits;
  }

  PresenceModel copy() {
    PresenceModel copy = new PresenceModel(settings, clock, traits);
    channels.forEach((id, channel) -> copy.channels.put(id, channel.copy()));
    return copy;
  }

  /** What everybody was told since the last call. */
  List<Told> takeTold() {
    List<Told> all = List.copyOf(told);
    told.clear();
    return all;
  }

  /** The next sweep passes these channels over. */
  void overlook(Set<ChannelId> missed) {
    overlooked = missed;
  }

  /** Channels with somebody over of whom a sweep may know nothing yet. */
  Set<ChannelId> maybeOverlooked() {
    Set<ChannelId> maybe = new HashSet<>();
    for (ModelChannel channel : channels.values()) {
      if (channel.sweptFrom > now() && !channel.over(now()).isEmpty()) {
        maybe.add(channel.id);
      }
    }
    return maybe;
  }

  /** Channels with somebody over. */
  Set<ChannelId> due() {
    Set<ChannelId> due = new HashSet<>();
    for (ModelChannel channel : channels.values()) {
      if (!channel.over(now()).isEmpty()) {
        due.add(channel.id);
      }
    }
    return due;
  }

  /** A sweep broke off: until then the channels that it had taken may be passed over. */
  void sweepBroke(long until) {
    channels.values().forEach(channel -> channel.sweptFrom = Math.max(channel.sweptFrom, until));
  }

  /** The first deadline that is ahead. */
  OptionalLong nextDeadline() {
    return channels.values().stream()
        .flatMap(channel -> channel.deadlines.values().stream())
        .mapToLong(ModelChannel.Deadline::at)
        .filter(at -> at > now())
        .min();
  }

  /** Whether the census must count everybody: not so while another backend's users are unsaid. */
  boolean countsAll() {
    return channels.values().stream()
        .filter(channel -> !channel.present.isEmpty())
        .noneMatch(c -> c.deadlines.isEmpty() || c.sweptFrom == Long.MAX_VALUE);
  }

  @Override
  public JoinOutcome join(ChannelId id, Profile profile, Claim claim, OptionalInt limit) {
    ModelChannel channel = channel(id);
    VoicePresenceUser user = channel.present.get(profile.id());
    boolean announced = channel.deadlines.containsKey(profile.id());
    if (user != null && announced) {
      channel.index(now());
      renew(channel, profile.id(), claim);
      return new JoinOutcome.AlreadyPresent(user, channel.version);
    }
    if (user == null) {
      boolean full = limit.isPresent() && channel.present.size() >= limit.getAsInt();
      boolean crowded = channelsOf(profile.id()).size() >= settings.maxChannelsPerUser();
      if (crowded && (traits.channelLimitFirst() || !full)) {
        return new JoinOutcome.TooManyChannels(settings.maxChannelsPerUser());
      }
      if (full) {
        return new JoinOutcome.Full(limit.getAsInt());
      }
      if (announced) {
        // Another backend ended the stay before this one without a word.
        channel.deadlines.remove(profile.id());
        tell(channel, new What.Untold());
      }
      user = new VoicePresenceUser(profile, clock.now(), VoiceState.INITIAL);
    }
    channel.index(now());
    channel.present.put(profile.id(), user);
    renew(channel, profile.id(), claim);
    tell(channel, new What.Joined(user));
    return new JoinOutcome.Joined(user, channel.version);
  }

  @Override
  public LeaveOutcome leave(ChannelId id, UserId userId, LeaveReason reason) {
    ModelChannel channel = channel(id);
    VoicePresenceUser user = channel.present.remove(userId);
    boolean announced = channel.deadlines.remove(userId) != null;
    // Also where nobody was found: the store may have lost one whom somebody is about to bring
    // back.
    channel.left.merge(
        userId, user == null ? clock.now() : user.joinedAt(), (a, b) -> a.isAfter(b) ? a : b);
    if (user != null) {
      tell(channel, new What.Left(user, reason));
      return new LeaveOutcome.Left(user, channel.version);
    }
    if (announced) {
      tell(channel, new What.Untold());
    }
    return new LeaveOutcome.Absent();
  }

  @Override
  public UpdateOutcome update(ChannelId id, UserId userId, VoiceStateUpdate updates, Claim claim) {
    ModelChannel channel = channel(id);
    if (!channel.present.containsKey(userId)) {
      return new UpdateOutcome.Absent();
    }
    renewAndWelcome(channel, userId, claim);
    VoicePresenceUser user = channel.present.get(userId).with(updates);
    channel.present.put(userId, user);
    tell(channel, new What.Updated(user, updates));
    return new UpdateOutcome.Updated(user, updates, channel.version);
  }

  @Override
  public Optional<Refreshed> refresh(ChannelId id, UserId userId, Claim claim) {
    ModelChannel channel = channel(id);
    if (!channel.present.containsKey(userId)) {
      return Optional.empty();
    }
    long staysFor = renewAndWelcome(channel, userId, claim);
    return Optional.of(
        new Refreshed(channel.present.get(userId), java.time.Duration.ofMillis(staysFor)));
  }

  @Override
  public Prolonged prolong(ChannelId id, Collection<Stay> stays) {
    ModelChannel channel = channel(id);
    channel.index(now());
    Set<Stay> over = new HashSet<>();
    Set<Stay> lost = new HashSet<>();
    for (Stay stay : stays) {
      if (isIn(channel, stay)) {
        renew(channel, stay.user(), Claim.SOCKET);
      } else if (!traits.losesData()
          || channel.hasLeft(stay)
          || channel.deadlineOf(stay.user()) > now()) {
        // The last: another backend took the user out, since nothing else ends before its deadline.
        over.add(stay);
      } else {
        lost.add(stay);
      }
    }
    return new Prolonged(over, lost);
  }

  @Override
  public boolean reassert(ChannelId id, VoicePresenceUser user) {
    boolean goesOn = prolong(id, Set.of(Stay.of(user))).over().isEmpty();
    ModelChannel channel = channel(id);
    if (goesOn && !channel.present.containsKey(user.id())) {
      channel.deadlines.remove(user.id());
      channel.present.put(user.id(), user);
      renew(channel, user.id(), Claim.SOCKET);
      tell(channel, new What.Joined(user));
    }
    return goesOn;
  }

  @Override
  public void release(ChannelId id, Stay stay) {
    ModelChannel channel = channel(id);
    ModelChannel.Deadline deadline = channel.deadlines.get(stay.user());
    if (isIn(channel, stay) && deadline != null && deadline.bySocket()) {
      long end = now() + settings.disconnectGrace().toMillis();
      channel.deadlines.put(stay.user(), new ModelChannel.Deadline(end, true));
    }
  }

  @Override
  public ChannelSnapshot snapshot(ChannelId id) {
    ModelChannel channel = channel(id);
    if (channel.version > 0 && !channel.intact) {
      channel.raise(now());
    }
    return new ChannelSnapshot(
        id,
        channel.version,
        channel.present.values().stream().sorted(VoicePresenceUser.BY_JOIN_TIME).toList(),
        channel.since);
  }

  @Override
  public long version(ChannelId id) {
    return channel(id).version;
  }

  @Override
  public boolean announce(ChannelId id, long version, List<PresenceEvent> changes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<ChannelId> claimedChannelsOf(UserId user) {
    return channelsOf(user);
  }

  @Override
  public Set<ChannelId> channelsOf(UserId user) {
    Set<ChannelId> in = new HashSet<>();
    channels.values().stream()
        .filter(channel -> channel.present.containsKey(user))
        .forEach(channel -> in.add(channel.id));
    return in;
  }

  @Override
  public List<UserLeft> expireDue() {
    List<UserLeft> expired = new ArrayList<>();
    for (ModelChannel channel : channels.values()) {
      if (overlooked.contains(channel.id)) {
        continue;
      }
      List<UserId> over = channel.over(now());
      for (UserId id : over) {
        channel.deadlines.remove(id);
        VoicePresenceUser user = channel.present.remove(id);
        tell(channel, user == null ? new What.Untold() : new What.Left(user, LeaveReason.EXPIRED));
        if (user != null) {
          expired.add(new UserLeft(channel.id, user, channel.version, LeaveReason.EXPIRED));
        }
      }
      if (channel.deadlines.isEmpty()) {
        channel.sweptFrom = Long.MAX_VALUE;
      } else if (!over.isEmpty()) {
        channel.sweptFrom = 0;
      }
    }
    overlooked = Set.of();
    return expired;
  }

  @Override
  public Census census() {
    return new Census(
        channels.values().stream().map(c -> c.present.size()).filter(n -> n > 0).toList());
  }

  @Override
  public void forgetScripts() {}

  @Override
  public void dropConnections() {}

  @Override
  public void loseEverything() {
    channels.clear();
  }

  @Override
  public void changeLineage(ChannelId id) {
    channel(id).intact = false;
  }

  @Override
  public void evict(Evicted key, ChannelId id) {
    ModelChannel channel = channel(id);
    switch (key) {
      case DEADLINES -> channel.deadlines.clear();
      case VERSION -> {
        channel.version = 0;
        channel.since = 0;
      }
      // One index may hold several channels.
      case DUE -> channels.values().forEach(each -> each.sweptFrom = Long.MAX_VALUE);
    }
  }

  @Override
  public void foreignJoin(ChannelId id, VoicePresenceUser user) {
    channel(id).present.put(user.id(), user);
  }

  @Override
  public void foreignLeave(ChannelId id, UserId user) {
    channel(id).present.remove(user);
  }

  @Override
  public void foreignUpdate(ChannelId id, UserId userId, VoiceStateUpdate updates) {
    channel(id).present.computeIfPresent(userId, (_, user) -> user.with(updates));
  }

  @Override
  public void foreignRefresh(ChannelId id, UserId user) {}

  /** Announces one whom another backend let in: what leaves with a word has come with one. */
  private long renewAndWelcome(ModelChannel channel, UserId user, Claim claim) {
    boolean isNew = !channel.deadlines.containsKey(user);
    long staysFor = renew(channel, user, claim);
    if (isNew) {
      channel.index(now());
      tell(channel, new What.Joined(channel.present.get(user)));
    }
    return staysFor;
  }

  /** By the rules of {@link Claim}. Gives for how long the user stays, in milliseconds. */
  private long renew(ModelChannel channel, UserId user, Claim claim) {
    long grace = settings.disconnectGrace().toMillis();
    long ttl = settings.ttl().toMillis();
    ModelChannel.Deadline old = channel.deadlines.get(user);
    if (claim == Claim.SOCKET) {
      long end = now() + settings.socketDeadline().toMillis();
      channel.deadlines.put(user, new ModelChannel.Deadline(end, true));
      return ttl;
    }
    boolean socketLives = old != null && old.bySocket() && old.at() > now() + grace;
    if (socketLives) {
      return grace;
    }
    long end = old == null ? now() + ttl : Math.max(old.at(), now() + ttl);
    channel.deadlines.put(user, new ModelChannel.Deadline(end, false));
    return end - now();
  }

  /** Whether a word for that stay counts for the user who is in. */
  private boolean isIn(ModelChannel channel, Stay stay) {
    VoicePresenceUser user = channel.present.get(stay.user());
    if (user == null) {
      return false;
    }
    // Where data may get lost, who is in another stay without having left came back from elsewhere.
    return user.joinedAt().equals(stay.joinedAt())
        || (traits.losesData() && !channel.hasLeft(stay));
  }

  private void tell(ModelChannel channel, What what) {
    long previous = channel.version;
    channel.raise(now());
    told.add(new Told(channel.id, what, previous, channel.version));
  }

  private ModelChannel channel(ChannelId id) {
    return channels.computeIfAbsent(id, ModelChannel::new);
  }

  private long now() {
    return clock.now().toEpochMilli();
  }

  /** All of it, so that two models are the same where their texts are. */
  @Override
  public String toString() {
    StringBuilder all = new StringBuilder();
    channels.values().forEach(channel -> all.append("    ").append(channel).append('\n'));
    return all.toString();
  }
}
