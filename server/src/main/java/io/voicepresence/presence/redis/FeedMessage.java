package io.voicepresence.presence.redis;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.PresenceEvent;

/**
 * One message of a channel's feed, {@code 1 <previous> <version> <kind> <detail> <user json>}, as
 * the scripts publish it: {@code joined} (detail {@code -}), {@code left} (the reason), {@code
 * updated} (the flags that were sent, as JSON without spaces), {@code changed} (neither detail nor
 * user).
 */
sealed interface FeedMessage {

  /**
   * A change that the message tells in full.
   *
   * @param previous the version before; 0 when none was stored
   */
  record Event(PresenceEvent event, long previous) implements FeedMessage {}

  /** A change that the message does not tell: the store has it. */
  record Changed(long previous, long version) implements FeedMessage {}

  /** Garbage, or the language of a later version. */
  record Unknown(String reason) implements FeedMessage {}

  /** Reads a message that came for that channel. Never throws, whatever the bytes are. */
  static FeedMessage decode(ChannelId channel, byte[] message) {
    return new FeedMessageDecoder(channel, message).decode();
  }
}
