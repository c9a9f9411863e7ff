package io.voicepresence.presence;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Keeps who is in which channel. The rules that every store obeys, and {@code
 * PresenceStoreContract} tests:
 *
 * <ul>
 *   <li>Each transition (join, leave, update, expiry) is one atomic step: it writes the state,
 *       raises the channel's version by one and publishes the event to the {@link ChangeFeed}, all
 *       or nothing. Concurrent partial updates lose none of their flags.
 *   <li>Versions of a channel never fall and never repeat. A channel without a stored version shows
 *       0, and its next change starts at the store's clock in milliseconds.
 *   <li>Only {@link #join} makes a user present, and {@link #reassert} one again who never left. No
 *       late update, refresh or prolonging brings back one who has left.
 *   <li>Every departure is announced once, whatever ended it.
 *   <li>A user's time ends only by {@link #expireDue}: whose deadline has passed but is not yet
 *       announced is still present, and a claim that comes in that moment keeps the user.
 * </ul>
 *
 * <p>All methods may block. Where the store is out of reach they throw {@link
 * io.voicepresence.error.RequestException} with {@code unavailable}, and never answer as if it were
 * empty.
 */
public interface PresenceStore {

  /**
   * Whether no method waits for anything but another that is under way, some microseconds. Then
   * event loops may call those that are about one channel or user: two changes of thread less,
   * which cost more than the call.
   */
  default boolean answersAtOnce() {
    return false;
  }

  /**
   * Lets a user in, with all flags off, or renews the claim of one who is in.
   *
   * @param userLimit a new user is refused when that many are in; one who is in never is
   */
  JoinOutcome join(ChannelId channel, Profile user, Claim claim, OptionalInt userLimit);

  /** Takes a user out. */
  LeaveOutcome leave(ChannelId channel, UserId user, LeaveReason reason);

  /** Sets the flags that {@code updates} names and renews the claim. */
  UpdateOutcome update(ChannelId channel, UserId user, VoiceStateUpdate updates, Claim claim);

  /**
   * Renews the claim, silently.
   *
   * @return empty for one who is not in the channel
   */
  Optional<Refreshed> refresh(ChannelId channel, UserId user, Claim claim);

  /**
   * Renews the {@link Claim#SOCKET} claim of many users of a channel in one step, silently.
   *
   * @return those stays that are not there any more
   */
  Prolonged prolong(ChannelId channel, Collection<Stay> stays);

  /**
   * Makes a user present again whose stay the store {@linkplain Prolonged#lost lost} while a socket
   * lives: with flags and {@code joinedAt} as they were, and a {@link Claim#SOCKET} claim. Does
   * nothing where the user left by somebody's word, also by a {@link #leave} that found nobody any
   * more, or is in another stay. Who is in this stay already keeps the flags that are stored.
   *
   * @return whether that stay goes on
   */
  boolean reassert(ChannelId channel, VoicePresenceUser user);

  /**
   * The user's last live socket on a node dropped: the presence ends when the grace is over,
   * counted from now, unless another claim is made before. Does nothing for a stay that is over or
   * that no socket vouches for.
   */
  void release(ChannelId channel, Stay stay);

  /** Who is in the channel, and at which version. */
  ChannelSnapshot snapshot(ChannelId channel);

  /** At which version the channel is; 0 when it has none stored. Cheaper than a snapshot. */
  long version(ChannelId channel);

  /**
   * Tells everybody of changes that another program made in the store without a word: raises the
   * version and publishes the events, unless the channel has gone on from {@code version}
   * meanwhile.
   *
   * <p>The store numbers the events, one by one: on from the stored version, from its clock where
   * none is stored, and not below what the first of {@code changes} carries (a store that fell back
   * may hold a version that subscribers have seen already).
   *
   * @return whether they were published; false when somebody else was first
   */
  boolean announce(ChannelId channel, long version, List<PresenceEvent> changes);

  /** The channels that the user really is in. */
  Set<ChannelId> channelsOf(UserId user);

  /**
   * The channels that the user may be in: {@link #channelsOf}, and perhaps some that the user is
   * not in any more. Of several servers it does not need those that hold the channels.
   */
  Set<ChannelId> claimedChannelsOf(UserId user);

  /**
   * Takes out every user whose deadline has passed, with reason {@link LeaveReason#EXPIRED}.
   *
   * @return the departures that this call announced
   */
  List<UserLeft> expireDue();

  /** Counts users and channels. */
  Census census();
}
