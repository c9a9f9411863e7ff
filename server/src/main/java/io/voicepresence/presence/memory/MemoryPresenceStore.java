package io.voicepresence.presence.memory;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Census;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.JoinOutcome;
import io.voicepresence.presence.LeaveOutcome;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceEvent.UserUpdated;
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
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The store of one node without a database. One lock for each channel; commands on different
 * channels never wait for each other.
 */
public final class MemoryPresenceStore implements PresenceStore {

  /**
   * How long an empty channel that nobody follows keeps its version. After that it shows 0 and
   * starts anew at the clock, as a channel does whose version a database let go.
   */
  static final Duration VERSION_RETENTION = Duration.ofMinutes(5);

  /** A channel's lock is held for no more departures in a row: event loops may wait for it. */
  private static final int MAX_EXPIRED_AT_ONCE = 64;

  private final ConcurrentHashMap<ChannelId, MemoryChannel> channels = new ConcurrentHashMap<>();
  private final UserChannels userChannels;
  private final DueChannels due = new DueChannels();
  private final MemoryChangeFeed feed;
  private final PresenceSettings settings;
  private final StoreClock clock;

  /** The highest version of any dropped channel: a channel that starts anew starts above it. */
  private final AtomicLong droppedVersion = new AtomicLong();

  public MemoryPresenceStore(MemoryChangeFeed feed, PresenceSettings settings, StoreClock clock) {
    this.feed = feed;
    this.settings = settings;
    this.clock = clock;
    this.userChannels = new UserChannels(settings.maxChannelsPerUser());
  }

  @Override
  public boolean answersAtOnce() {
    return true;
  }

  @Override
  public JoinOutcome join(ChannelId channelId, Profile profile, Claim claim, OptionalInt limit) {
    return inChannel(
        channelId,
        channel -> {
          Member present = channel.members.get(profile.id());
          if (present != null) {
            renew(channel, present, claim);
            return new JoinOutcome.AlreadyPresent(present.user, channel.version());
          }
          if (limit.isPresent() && channel.members.size() >= limit.getAsInt()) {
            return new JoinOutcome.Full(limit.getAsInt());
          }
          if (!userChannels.add(profile.id(), channelId)) {
            return new JoinOutcome.TooManyChannels(settings.maxChannelsPerUser());
          }
          Member member =
              new Member(
                  new VoicePresenceUser(
                      profile, clock.now().truncatedTo(ChronoUnit.MILLIS), VoiceState.INITIAL));
          channel.members.put(profile.id(), member);
          renew(channel, member, claim);
          long version = channel.raiseVersion(startVersion());
          feed.publish(new UserJoined(channelId, member.user, version), channel.previousVersion());
          return new JoinOutcome.Joined(member.user, version);
        });
  }

  @Override
  public LeaveOutcome leave(ChannelId channelId, UserId user, LeaveReason reason) {
    return inExistingChannel(
        channelId,
        LeaveOutcome.Absent::new,
        channel -> {
          Member member = channel.members.get(user);
          if (member == null) {
            return new LeaveOutcome.Absent();
          }
          UserLeft left = remove(channel, member, reason);
          return new LeaveOutcome.Left(left.user(), left.version());
        });
  }

  @Override
  public UpdateOutcome update(
      ChannelId channelId, UserId user, VoiceStateUpdate updates, Claim claim) {
    return inExistingChannel(
        channelId,
        UpdateOutcome.Absent::new,
        channel -> {
          Member member = channel.members.get(user);
          if (member == null) {
            return new UpdateOutcome.Absent();
          }
          member.user = member.user.with(updates);
          renew(channel, member, claim);
          long version = channel.raiseVersion(startVersion());
          feed.publish(
              new UserUpdated(channelId, member.user, updates, version), channel.previousVersion());
          return new UpdateOutcome.Updated(member.user, updates, version);
        });
  }

  @Override
  public Optional<Refreshed> refresh(ChannelId channelId, UserId user, Claim claim) {
    return inExistingChannel(
        channelId,
        Optional::empty,
        channel ->
            Optional.ofNullable(channel.members.get(user))
                .map(member -> new Refreshed(member.user, renew(channel, member, claim))));
  }

  @Override
  public Prolonged prolong(ChannelId channelId, Collection<Stay> stays) {
    return inExistingChannel(
        channelId,
        () -> new Prolonged(Set.copyOf(stays), Set.of()),
        channel -> {
          Set<Stay> over = new HashSet<>();
          for (Stay stay : stays) {
            channel
                .memberOf(stay)
                .ifPresentOrElse(
                    member -> renew(channel, member, Claim.SOCKET), () -> over.add(stay));
          }
          return new Prolonged(over, Set.of());
        });
  }

  /** This store loses nothing: who is not in has left. */
  @Override
  public boolean reassert(ChannelId channelId, VoicePresenceUser user) {
    return prolong(channelId, Set.of(Stay.of(user))).over().isEmpty();
  }

  @Override
  public void release(ChannelId channelId, Stay stay) {
    inExistingChannel(
        channelId,
        Optional::<Member>empty,
        channel -> {
          Optional<Member> member = channel.memberOf(stay);
          member.ifPresent(
              present -> {
                present.release(clock.ticks(), settings);
                due.enter(channel, present.deadline());
              });
          return member;
        });
  }

  @Override
  public ChannelSnapshot snapshot(ChannelId channelId) {
    return inExistingChannel(
        channelId, () -> ChannelSnapshot.empty(channelId), MemoryChannel::snapshot);
  }

  @Override
  public long version(ChannelId channelId) {
    return inExistingChannel(channelId, () -> 0L, MemoryChannel::version);
  }

  /** No other program reaches this memory: there is never anything to tell. */
  @Override
  public boolean announce(ChannelId channel, long version, List<PresenceEvent> changes) {
    return false;
  }

  @Override
  public Set<ChannelId> channelsOf(UserId user) {
    return userChannels.of(user);
  }

  @Override
  public Set<ChannelId> claimedChannelsOf(UserId user) {
    return channelsOf(user);
  }

  @Override
  public List<UserLeft> expireDue() {
    long now = clock.ticks();
    List<UserLeft> expired = new ArrayList<>();
    // A channel with more who are over than are taken at once is entered anew, and comes up again.
    for (Optional<ChannelId> next = due.poll(now); next.isPresent(); next = due.poll(now)) {
      expired.addAll(
          inExistingChannel(next.get(), List::<UserLeft>of, channel -> expire(channel, now)));
    }
    return expired;
  }

  @Override
  public Census census() {
    List<Integer> occupancies = new ArrayList<>();
    for (MemoryChannel channel : channels.values()) {
      synchronized (channel) {
        if (!channel.members.isEmpty()) {
          occupancies.add(channel.members.size());
        }
      }
    }
    return new Census(occupancies);
  }

  private List<UserLeft> expire(MemoryChannel channel, long now) {
    channel.indexedAt = MemoryChannel.NOT_INDEXED;
    List<Member> over =
        channel.members.values().stream()
            .filter(member -> member.deadline() <= now)
            .limit(MAX_EXPIRED_AT_ONCE)
            .toList();
    try {
      return over.stream().map(member -> remove(channel, member, LeaveReason.EXPIRED)).toList();
    } finally {
      // Also where a listener broke half-way: the rest is found with the next round.
      if (!channel.members.isEmpty()) {
        due.enter(channel, channel.earliestDeadline());
      } else if (over.isEmpty() && now >= channel.emptySince + VERSION_RETENTION.toMillis()) {
        dropUnlessFollowed(channel, now);
      } else {
        due.enter(channel, channel.emptySince + VERSION_RETENTION.toMillis());
      }
    }
  }

  private void dropUnlessFollowed(MemoryChannel channel, long now) {
    if (feed.isFollowed(channel.id)) {
      due.enter(channel, now + VERSION_RETENTION.toMillis());
      return;
    }
    channel.dropped = true;
    droppedVersion.accumulateAndGet(channel.version(), Math::max);
    channels.remove(channel.id);
  }

  private UserLeft remove(MemoryChannel channel, Member member, LeaveReason reason) {
    VoicePresenceUser user = member.user;
    channel.members.remove(user.id());
    userChannels.remove(user.id(), channel.id);
    if (channel.members.isEmpty()) {
      channel.emptySince = clock.ticks();
    }
    long version = channel.raiseVersion(startVersion());
    UserLeft left = new UserLeft(channel.id, user, version, reason);
    feed.publish(left, channel.previousVersion());
    return left;
  }

  private Duration renew(MemoryChannel channel, Member member, Claim claim) {
    Duration promised = member.renew(claim, clock.ticks(), settings);
    due.enter(channel, member.deadline());
    return promised;
  }

  private long startVersion() {
    return Math.max(clock.now().toEpochMilli(), droppedVersion.get() + 1);
  }

  private <T> T inChannel(ChannelId id, Function<MemoryChannel, T> step) {
    while (true) {
      MemoryChannel channel = channels.computeIfAbsent(id, MemoryChannel::new);
      synchronized (channel) {
        if (!channel.dropped) {
          return step.apply(channel);
        }
      }
    }
  }

  private <T> T inExistingChannel(
      ChannelId id, Supplier<T> otherwise, Function<MemoryChannel, T> step) {
    while (true) {
      MemoryChannel channel = channels.get(id);
      if (channel == null) {
        return otherwise.get();
      }
      synchronized (channel) {
        if (!channel.dropped) {
          return step.apply(channel);
        }
      }
    }
  }
}
