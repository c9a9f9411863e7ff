package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Stay;
import java.util.Collection;

/**
 * Where channels are found: those that are due, and those of a user. What the scripts of a
 * transition can do themselves, since the index is on their server, is nothing here.
 */
interface Indexes {

  /**
   * Before a join: enters the channel in both.
   *
   * @return false where the user is in too many channels
   */
  boolean claim(ChannelId channel, UserId user);

  /** After a join, so that both hold the channel however a leave crossed it. */
  void enter(ChannelId channel, UserId user);

  /** The channel has a user whose deadline is to be looked at. */
  void enterDue(ChannelId channel);

  /**
   * Deadlines of the channel are about to be prolonged: should the index of due channels have lost
   * it, it stands there again. Waits for nothing, and comes again a second later.
   */
  void prolonging(ChannelId channel);

  /**
   * These stays were prolonged: now and then each user's index is told again, should it have lost
   * the channel. Waits for nothing.
   */
  void prolonged(ChannelId channel, Collection<Stay> stays);

  /** Somebody was seen in the channel, for whom maybe nobody prolongs. Waits for nothing. */
  void seen(ChannelId channel);

  /** After a leave. What stays there is no harm, since reads verify it. */
  void remove(ChannelId channel, UserId user);

  /** After a claim that came to nothing. */
  void refused(ChannelId channel, UserId user);
}
