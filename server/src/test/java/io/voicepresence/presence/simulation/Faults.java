package io.voicepresence.presence.simulation;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;

/** What befalls a store from outside, and what another backend built on the seed writes to it. */
public interface Faults {

  /** A key of ours that can be lost by itself. */
  enum Evicted {
    DEADLINES,
    VERSION,
    DUE
  }

  /** The server forgets all scripts. */
  void forgetScripts();

  /** Idle connections break. */
  void dropConnections();

  /** Everything stored is gone. */
  void loseEverything();

  /** The server was promoted or restarted since the channel's last change. */
  void changeLineage(ChannelId channel);

  void evict(Evicted key, ChannelId channel);

  void foreignJoin(ChannelId channel, VoicePresenceUser user);

  void foreignLeave(ChannelId channel, UserId user);

  void foreignUpdate(ChannelId channel, UserId user, VoiceStateUpdate updates);

  void foreignRefresh(ChannelId channel, UserId user);
}
