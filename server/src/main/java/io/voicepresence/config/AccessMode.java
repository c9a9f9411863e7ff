package io.voicepresence.config;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.fixed.FixedChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which adapter answers who may enter which channel. */
public sealed interface AccessMode {

  /** Every valid id is a channel that everyone may join. */
  record Open() implements AccessMode {}

  /**
   * The listed channels only.
   *
   * @param channels in the order to show them
   */
  record Static(Map<ChannelId, FixedChannel> channels) implements AccessMode {
    public Static {
      channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
    }
  }

  /** What the caller's token grants. */
  record Token() implements AccessMode {}
}
