package io.voicepresence.realtime.voice;

import io.netty.channel.EventLoop;
import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.LiveSockets.Vouch;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.realtime.engineio.Broadcast;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.room.Rooms;
import io.voicepresence.realtime.room.SmallMap;
import io.voicepresence.realtime.room.Subscriber;
import io.voicepresence.realtime.room.Subscriptions;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one client's socket stands for: who it is, what it watches, and in which channels it vouches
 * for its user. Used by one thread at a time, as the socket's commands come in order; only {@code
 * send} is the event loop's.
 */
final class VoiceSocket implements Subscriber {
  private final Subscriptions subscriptions;

  /** A {@link SmallMap}: most sockets only watch. */
  private Map<ChannelId, Vouch> vouches = Map.of();

  private Identity identity;
  private int refusedInARow;

  /** Known once the client is let in, which is before it subscribes to anything. */
  private SocketIoSocket socket;

  VoiceSocket(Identity identity, Rooms rooms) {
    this.identity = identity;
    this.subscriptions = new Subscriptions(rooms, this);
  }

  void connected(SocketIoSocket connected) {
    socket = connected;
  }

  Identity identity() {
    return identity;
  }

  void identity(Identity refreshed) {
    identity = refreshed;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** From now on this socket keeps its user present in the channel. */
  void vouch(LiveSockets liveSockets, ChannelId channel, VoicePresenceUser user) {
    // Stays that ended by another device's word leave their vouch behind here.
    for (Map.Entry<ChannelId, Vouch> entry : List.copyOf(vouches.entrySet())) {
      if (!entry.getValue().stands()) {
        vouches = SmallMap.without(vouches, entry.getKey());
      }
    }
    Vouch old = vouches.get(channel);
    vouches = SmallMap.with(vouches, channel, liveSockets.vouch(channel, user));
    if (old != null) {
      old.withdraw();
    }
  }

  /** The channels that this socket vouches in. */
  Set<ChannelId> vouchedChannels() {
    return Set.copyOf(vouches.keySet());
  }

  /** The user leaves the channel by this socket's own word. */
  void withdraw(ChannelId channel) {
    Vouch vouch = take(channel);
    if (vouch != null) {
      vouch.withdraw();
    }
  }

  /** This socket no longer keeps its user present in the channel, as if it had dropped there. */
  void drop(ChannelId channel) {
    Vouch vouch = take(channel);
    if (vouch != null) {
      vouch.socketDropped();
    }
  }

  private Vouch take(ChannelId channel) {
    Vouch vouch = vouches.get(channel);
    vouches = SmallMap.without(vouches, channel);
    return vouch;
  }

  /** As what a command of this socket counts in the channel. */
  Claim claim(ChannelId channel) {
    Vouch vouch = vouches.get(channel);
    return vouch != null && vouch.stands() ? Claim.SOCKET : Claim.REQUEST;
  }

  /**
   * The store does not find the user for whom this socket vouches.
   *
   * @return whether it lost them, and has them back now
   */
  boolean restore(ChannelId channel) {
    Vouch vouch = vouches.get(channel);
    return vouch != null && vouch.stands() && vouch.restore();
  }

  /** The socket is gone: it watches nothing, and its user has the grace to return. */
  void dropped() {
    vouches.values().forEach(Vouch::socketDropped);
    vouches = Map.of();
    subscriptions.clear();
  }

  /** Counts a command over the rate, and says how many came in a row. */
  int refused() {
    return ++refusedInARow;
  }

  void admitted() {
    refusedInARow = 0;
  }

  @Override
  public EventLoop eventLoop() {
    return socket.session().eventLoop();
  }

  @Override
  public void send(OutboundFrame frame) {
    socket.send(frame);
  }

  @Override
  public void send(Broadcast broadcast) {
    socket.send(broadcast);
  }

  @Override
  public void fail() {
    socket.close(CloseReason.INTERNAL_ERROR);
  }
}
