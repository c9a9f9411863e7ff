package io.voicepresence.presence;

import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelGrant;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seven verbs of voice presence. Each checks what the caller may do, takes one atomic step in
 * the store, and leaves the telling of others to the change feed.
 *
 * <p>All methods may block, but see {@link #answersAtOnce}. They throw {@link RequestException}
 * with {@code channel_not_found} or {@code channel_access_denied} where the caller has no right,
 * and with {@code unavailable} where store or access mode are out of reach.
 */
public final class PresenceService {
  private static final Logger log = LoggerFactory.getLogger(PresenceService.class);

  private final PresenceStore store;
  private final ChannelGate gate;
  private final StoreOutage outage;

  public PresenceService(PresenceStore store, ChannelGate gate) {
    this(store, gate, System::nanoTime);
  }

  /**
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  PresenceService(PresenceStore store, ChannelGate gate, LongSupplier nanoTime) {
    this.store = store;
    this.gate = gate;
    this.outage = new StoreOutage(log, "carry out commands", nanoTime);
  }

  /**
   * Whether a verb on one channel may be called in an event loop: see {@link
   * PresenceStore#answersAtOnce}.
   */
  public boolean answersAtOnce() {
    return gate.decidesAtOnce() && store.answersAtOnce();
  }

  /**
   * Lets the caller into a channel; one who is in already stays as it is, with a renewed claim.
   *
   * @throws RequestException {@code channel_full} when the channel takes no more users
   */
  public InChannel joinVoiceChannel(Identity caller, ChannelId channel, Claim claim) {
    ChannelGrant grant = gate.require(caller, channel, Permission.JOIN);
    return logged(
        "join voice channel",
        channel,
        () ->
            switch (store.join(channel, Profile.of(caller), claim, grant.userLimit())) {
              case JoinOutcome.Joined(var user, long version) -> {
                log.info("User {} joined voice channel {}", user.id(), channel);
                yield new InChannel(user, version);
              }
              case JoinOutcome.AlreadyPresent(var user, long version) ->
                  new InChannel(user, version);
              case JoinOutcome.Full(int limit) ->
                  throw new RequestException(
                      ErrorCode.CHANNEL_FULL,
                      "Channel " + channel + " is full: it takes " + limit + " users");
              case JoinOutcome.TooManyChannels(int limit) ->
                  throw RequestException.invalid(
                      "A user may be in " + limit + " channels at once: leave one first");
            });
  }

  /** Takes the caller out of a channel; for one who is not in it this does nothing but warn. */
  public void leaveVoiceChannel(UserId caller, ChannelId channel) {
    logged(
        "leave voice channel",
        channel,
        () ->
            switch (store.leave(channel, caller, LeaveReason.LEFT)) {
              case LeaveOutcome.Left left -> {
                log.info("User {} left voice channel {}", caller, channel);
                yield left;
              }
              case LeaveOutcome.Absent absent -> {
                warnNotFound(caller, channel);
                yield absent;
              }
            });
  }

  /**
   * Takes the caller out of every channel, as on logout, and gives those it was in.
   *
   * @throws RequestException {@code unavailable} when one of them is out of reach; the others are
   *     left all the same, and a second call leaves the rest
   */
  public List<ChannelId> leaveAllVoiceChannels(UserId caller) {
    List<ChannelId> left = new ArrayList<>();
    List<RequestException> failures = new ArrayList<>(0);
    // Those that are claimed: to find out which the caller really is in takes all their servers.
    for (ChannelId channel : store.claimedChannelsOf(caller).stream().sorted().toList()) {
      try {
        LeaveOutcome outcome =
            logged(
                "leave voice channel",
                channel,
                () -> store.leave(channel, caller, LeaveReason.LEFT));
        if (outcome instanceof LeaveOutcome.Left) {
          log.info("User {} left voice channel {}", caller, channel);
          left.add(channel);
        }
      } catch (RequestException failed) {
        failures.add(failed);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return left;
  }

  /** Who is in a channel that the caller may view. */
  public ChannelSnapshot getChannelPresence(Identity caller, ChannelId channel) {
    gate.require(caller, channel, Permission.VIEW);
    return store.snapshot(channel);
  }

  /** Changes the caller's own flags; creates nothing for one who is not in the channel. */
  public UpdateOutcome updateVoiceState(
      Identity caller, ChannelId channel, VoiceStateUpdate updates, Claim claim) {
    gate.require(caller, channel, Permission.JOIN);
    return logged(
        "update voice state",
        channel,
        () -> {
          UpdateOutcome outcome = store.update(channel, caller.userId(), updates, claim);
          switch (outcome) {
            case UpdateOutcome.Updated updated ->
                log.info("Updated voice state for user {}", updated.user().id());
            case UpdateOutcome.Absent absent -> warnNotFound(caller.userId(), channel);
          }
          return outcome;
        });
  }

  /**
   * Renews the caller's claim, silently; never makes one present who is not.
   *
   * @return empty when the caller is not in
   */
  public Optional<Refreshed> refreshPresence(Identity caller, ChannelId channel, Claim claim) {
    gate.require(caller, channel, Permission.JOIN);
    return logged(
        "refresh presence in", channel, () -> store.refresh(channel, caller.userId(), claim));
  }

  /** The channels that the user really is in, in the order of their ids. */
  public List<ChannelId> getUserVoiceChannels(UserId user) {
    Set<ChannelId> channels = store.channelsOf(user);
    return channels.stream().sorted().toList();
  }

  /**
   * Announces every user whose deadline has passed.
   *
   * @return how many that were
   */
  public int cleanupExpiredPresence() {
    List<UserLeft> expired = store.expireDue();
    if (!expired.isEmpty()) {
      log.debug("Cleanup cron triggered: {} users to announce", expired.size());
      for (UserLeft left : expired) {
        log.debug(
            "Cleaning up expired presence for user {} in voice channel {}",
            left.user().id(),
            left.channelId());
        log.info(
            "Presence of user {} in voice channel {} expired", left.user().id(), left.channelId());
      }
    }
    return expired.size();
  }

  private static void warnNotFound(UserId user, ChannelId channel) {
    log.warn("User {} not found in voice channel {}", user, channel);
  }

  /** Logs what broke, with the channel; what the caller did wrong is the caller's to know. */
  private <T> T logged(String verb, ChannelId channel, Supplier<T> step) {
    try {
      T done = step.get();
      outage.worked();
      return done;
    } catch (RequestException refused) {
      if (refused.code() == ErrorCode.UNAVAILABLE) {
        // In an outage every command fails: one line for all of them.
        outage.failed(refused);
        log.debug("Failed to {} {}: {}", verb, channel, refused.detail());
      }
      throw refused;
    } catch (RuntimeException broken) {
      log.error("Failed to {} {}", verb, channel, broken);
      throw broken;
    }
  }

  /** A user who is in a channel, and the version that shows it. */
  public record InChannel(VoicePresenceUser user, long version) {}
}
