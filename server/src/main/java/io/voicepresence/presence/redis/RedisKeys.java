package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import java.util.ArrayList;
import java.util.List;

/**
 * Every key and channel that this store uses. On Cluster the channel id stands in braces, so that
 * all keys of a channel are in one slot.
 *
 * <pre>
 * key                                              type    holds                                  ends
 * ------------------------------------------------ ------- -------------------------------------- ---------------------
 * voice_presence:user:{channel}:{user}             string  the user's JSON; shared with other     TTL of the presence
 *                                                          backends                               (300 s) after the last
 *                                                                                                 join, update, refresh
 * voice_presence:channel:{channel}:members         set     user ids; shared                       with its last member
 * voice_presence:user_channels:{user}              set     channel ids; shared; a superset that   with its last member
 *                                                          reads verify
 * voice_presence:channel:{channel}:deadlines       zset    user id -> deadline, ms; + 0.5 where a with its last member
 *                                                          socket set it
 * voice_presence:channel:{channel}:version         string  version, since, lineage                1 h after the channel
 *                                                                                                 was empty
 * voice_presence:left:{channel}:{user}             string  joinedAt of the last stay that a word  10 min after it
 *                                                          ended, or when the word came where nobody
 *                                                          was found
 * voice_presence:due:{n}                           zset    channel id -> when to look at it, ms;  with its last member
 *                                                          one, on Cluster sixteen
 * voice_presence:feed:{channel}                    shard   the channel's events                   -
 *                                                  channel
 * </pre>
 */
final class RedisKeys {
  private static final String PREFIX = "voice_presence:";

  /** Spreads the index over a Cluster's servers. */
  private static final int CLUSTER_DUE_INDEXES = 16;

  private final boolean braces;

  /**
   * @param braces whether this is Cluster
   */
  RedisKeys(boolean braces) {
    this.braces = braces;
  }

  String user(ChannelId channel, UserId user) {
    return userPrefix(channel) + user.value();
  }

  /** What {@link #user} begins with for all users of the channel. */
  String userPrefix(ChannelId channel) {
    return PREFIX + "user:" + tag(channel) + ":";
  }

  String members(ChannelId channel) {
    return PREFIX + "channel:" + tag(channel) + ":members";
  }

  String deadlines(ChannelId channel) {
    return PREFIX + "channel:" + tag(channel) + ":deadlines";
  }

  String version(ChannelId channel) {
    return PREFIX + "channel:" + tag(channel) + ":version";
  }

  String left(ChannelId channel, UserId user) {
    return leftPrefix(channel) + user.value();
  }

  /** What {@link #left} begins with for all users of the channel. */
  String leftPrefix(ChannelId channel) {
    return PREFIX + "left:" + tag(channel) + ":";
  }

  /**
   * The keys that every change of one user in one channel names, in the order in which the scripts
   * take them; a script that takes more appends them.
   */
  List<String> ofTransition(ChannelId channel, UserId user) {
    List<String> keys = new ArrayList<>(8);
    keys.add(user(channel, user));
    keys.add(members(channel));
    keys.add(deadlines(channel));
    keys.add(version(channel));
    keys.add(feed(channel));
    return keys;
  }

  String feed(ChannelId channel) {
    return PREFIX + "feed:" + tag(channel);
  }

  String userChannels(UserId user) {
    return userChannelsPrefix() + user.value();
  }

  /** What {@link #userChannels} begins with for all users. */
  String userChannelsPrefix() {
    return PREFIX + "user_channels:";
  }

  /** How many indexes of due channels there are, numbered from 0. */
  int dueIndexes() {
    return braces ? CLUSTER_DUE_INDEXES : 1;
  }

  String due(int index) {
    return PREFIX + "due:" + (braces ? "{" + index + "}" : Integer.toString(index));
  }

  /** The index that a channel stands in. */
  String due(ChannelId channel) {
    return due(Math.floorMod(channel.value().hashCode(), dueIndexes()));
  }

  private String tag(ChannelId channel) {
    return braces ? "{" + channel.value() + "}" : channel.value();
  }
}
