package io.voicepresence.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
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
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.Prolonged;
import io.voicepresence.presence.Refreshed;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Times every operation of a store and counts what came of it. */
public final class MeteredPresenceStore implements PresenceStore {
  private final PresenceStore store;
  private final Timer join;
  private final Timer leave;
  private final Timer update;
  private final Timer refresh;
  private final Timer prolong;
  private final Timer release;
  private final Timer snapshot;
  private final Timer channelsOf;
  private final Timer expire;
  private final Timer reassert;
  private final Timer version;
  private final Timer announce;
  private final Counter joins;
  private final Counter updates;
  private final Map<LeaveReason, Counter> departures = new EnumMap<>(LeaveReason.class);

  public MeteredPresenceStore(PresenceStore store, MeterRegistry registry) {
    this.store = store;
    join = timer(registry, "join");
    leave = timer(registry, "leave");
    update = timer(registry, "update");
    refresh = timer(registry, "refresh");
    prolong = timer(registry, "prolong");
    release = timer(registry, "release");
    snapshot = timer(registry, "snapshot");
    channelsOf = timer(registry, "channels_of");
    expire = timer(registry, "expire");
    reassert = timer(registry, "reassert");
    version = timer(registry, "version");
    announce = timer(registry, "announce");
    joins =
        Counter.builder("voice.presence.joins")
            .description("Users who came into a channel")
            .register(registry);
    updates =
        Counter.builder("voice.presence.state.updates")
            .description("Changes of a user's voice state")
            .register(registry);
    for (LeaveReason reason : LeaveReason.values()) {
      departures.put(
          reason,
          Counter.builder("voice.presence.departures")
              .description("Users who went out of a channel, by the reason")
              .tag("reason", reason.wireName())
              .register(registry));
    }
  }

  @Override
  public boolean answersAtOnce() {
    return store.answersAtOnce();
  }

  @Override
  public JoinOutcome join(ChannelId channel, Profile user, Claim claim, OptionalInt userLimit) {
    JoinOutcome outcome = join.record(() -> store.join(channel, user, claim, userLimit));
    if (outcome instanceof JoinOutcome.Joined) {
      joins.increment();
    }
    return outcome;
  }

  @Override
  public LeaveOutcome leave(ChannelId channel, UserId user, LeaveReason reason) {
    LeaveOutcome outcome = leave.record(() -> store.leave(channel, user, reason));
    if (outcome instanceof LeaveOutcome.Left) {
      departures.get(reason).increment();
    }
    return outcome;
  }

  @Override
  public UpdateOutcome update(
      ChannelId channel, UserId user, VoiceStateUpdate changes, Claim claim) {
    UpdateOutcome outcome = update.record(() -> store.update(channel, user, changes, claim));
    if (outcome instanceof UpdateOutcome.Updated) {
      updates.increment();
    }
    return outcome;
  }

  @Override
  public Optional<Refreshed> refresh(ChannelId channel, UserId user, Claim claim) {
    return refresh.record(() -> store.refresh(channel, user, claim));
  }

  @Override
  public Prolonged prolong(ChannelId channel, Collection<Stay> stays) {
    return prolong.record(() -> store.prolong(channel, stays));
  }

  @Override
  public boolean reassert(ChannelId channel, VoicePresenceUser user) {
    return reassert.record(() -> store.reassert(channel, user));
  }

  @Override
  public void release(ChannelId channel, Stay stay) {
    release.record(() -> store.release(channel, stay));
  }

  @Override
  public ChannelSnapshot snapshot(ChannelId channel) {
    return snapshot.record(() -> store.snapshot(channel));
  }

  @Override
  public long version(ChannelId channel) {
    return version.record(() -> store.version(channel));
  }

  @Override
  public boolean announce(ChannelId channel, long at, List<PresenceEvent> changes) {
    return announce.record(() -> store.announce(channel, at, changes));
  }

  @Override
  public Set<ChannelId> channelsOf(UserId user) {
    return channelsOf.record(() -> store.channelsOf(user));
  }

  @Override
  public Set<ChannelId> claimedChannelsOf(UserId user) {
    return channelsOf.record(() -> store.claimedChannelsOf(user));
  }

  @Override
  public List<UserLeft> expireDue() {
    List<UserLeft> expired = expire.record(store::expireDue);
    departures.get(LeaveReason.EXPIRED).increment(expired.size());
    return expired;
  }

  @Override
  public Census census() {
    return store.census();
  }

  private static Timer timer(MeterRegistry registry, String operation) {
    return Timer.builder("voice.presence.store")
        .description("How long an operation of the store takes")
        .tag("operation", operation)
        .publishPercentiles(0.5, 0.95, 0.99)
        .register(registry);
  }
}
