package io.voicepresence.realtime.voice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.voicepresence.auth.Identity;
import io.voicepresence.auth.TokenVerifier;
import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.Answers;
import io.voicepresence.json.PresenceJson;
import io.voicepresence.json.StrictJson;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.PresenceService.InChannel;
import io.voicepresence.presence.Refreshed;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.VoiceStateUpdate;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.room.RoomView;
import io.voicepresence.realtime.room.Subscriptions;
import io.voicepresence.realtime.socketio.Ack;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What each event does. A method here is a straight line: read the payload, call the service,
 * answer. What others see of it comes by the rooms.
 */
public final class VoiceCommands {
  private static final List<String> CHANNEL_ID = List.of("channelId");
  private static final List<String> CHANNEL_IDS = List.of("channelIds");
  private static final List<String> TOKEN = List.of("token");

  private final PresenceService presence;
  private final ChannelGate gate;
  private final LiveSockets liveSockets;
  private final TokenVerifier tokens;
  private final CommandLimiter limiter;
  private final int maxSubscriptions;

  /**
   * @param maxSubscriptions channels that one socket may watch
   */
  public VoiceCommands(
      PresenceService presence,
      ChannelGate gate,
      LiveSockets liveSockets,
      TokenVerifier tokens,
      CommandLimiter limiter,
      int maxSubscriptions) {
    this.presence = presence;
    this.gate = gate;
    this.liveSockets = liveSockets;
    this.tokens = tokens;
    this.limiter = limiter;
    this.maxSubscriptions = maxSubscriptions;
  }

  void run(VoiceEvent event, SocketIoSocket socket, VoiceSocket voice, JsonNode payload, Ack ack) {
    switch (event) {
      case SUBSCRIBE, JOIN_ROOM ->
          beginSubscribe(event, voice, payload, ack).ifPresent(Runnable::run);
      case UNSUBSCRIBE -> unsubscribe(voice, channelIds(payload), ack);
      case JOIN -> join(voice, channelId(payload), ack);
      case LEAVE -> leave(voice, channelId(payload), ack);
      case UPDATE_STATE -> updateState(voice, StrictJson.object(payload), ack);
      case REFRESH -> refresh(voice, channelId(payload), ack);
      case REFRESH_AUTH -> refreshAuth(socket, voice, payload, ack);
      case LEAVE_ROOM -> unsubscribe(voice, List.of(room(payload)), ack);
    }
  }

  /** Whether {@link #begin} may be called in an event loop for the event of that name. */
  boolean mayBegin(String name) {
    return VoiceEvent.ofName(name).filter(this::mayBegin).isPresent();
  }

  private boolean mayBegin(VoiceEvent event) {
    return switch (event) {
      case SUBSCRIBE, JOIN_ROOM -> gate.decidesAtOnce();
      case LEAVE, UPDATE_STATE, REFRESH -> presence.answersAtOnce();
      // A join waits for its own event, a new token perhaps for its key, and who watches a channel
      // no longer for the feed.
      case JOIN, REFRESH_AUTH, UNSUBSCRIBE, LEAVE_ROOM -> false;
    };
  }

  /** Runs a command as far as that takes no waiting; returns what is left, which may wait. */
  Optional<Runnable> begin(
      VoiceEvent event, SocketIoSocket socket, VoiceSocket voice, JsonNode payload, Ack ack) {
    if (event == VoiceEvent.SUBSCRIBE || event == VoiceEvent.JOIN_ROOM) {
      return beginSubscribe(event, voice, payload, ack);
    }
    run(event, socket, voice, payload, ack);
    return Optional.empty();
  }

  private Optional<Runnable> beginSubscribe(
      VoiceEvent event, VoiceSocket voice, JsonNode payload, Ack ack) {
    List<ChannelId> channels =
        event == VoiceEvent.JOIN_ROOM ? List.of(room(payload)) : channelIds(payload);
    // Each channel costs as much as a command of its own; the first is paid for.
    limiter.admit(voice.identity().userId(), channels.size() - 1);
    List<ChannelId> granted = new ArrayList<>(channels.size());
    List<byte[]> denied = new ArrayList<>();
    for (ChannelId channel : channels) {
      try {
        gate.require(voice.identity(), channel, Permission.VIEW);
        granted.add(channel);
      } catch (RequestException refused) {
        denied.add(Answers.denied(channel, refused));
      }
    }
    requireRoom(voice, granted);
    Function<List<RoomView>, OutboundFrame> answer =
        views -> {
          List<byte[]> snapshots = views.stream().map(VoiceCommands::snapshot).toList();
          int size = PresenceJson.snapshotSize(snapshots);
          return ack.frame(Answers.channels(Answers.success(size), snapshots, denied).toBytes());
        };
    Subscriptions subscriptions = voice.subscriptions();
    return subscriptions.tryAdd(granted, answer)
        ? Optional.empty()
        : Optional.of(() -> subscriptions.add(granted, answer));
  }

  private static void unsubscribe(VoiceSocket voice, List<ChannelId> channels, Ack ack) {
    voice.subscriptions().remove(channels, () -> ack.frame(Answers.SUCCESS));
  }

  private void join(VoiceSocket voice, ChannelId channel, Ack ack) {
    requireRoom(voice, List.of(channel));
    InChannel in = presence.joinVoiceChannel(voice.identity(), channel, Claim.SOCKET);
    voice.vouch(liveSockets, channel, in.user());
    voice
        .subscriptions()
        .add(
            channel,
            in.version(),
            view ->
                ack.frame(
                    PresenceJson.putSnapshot(
                            Answers.success(PresenceJson.snapshotSize(view.users())),
                            view.channel(),
                            view.version(),
                            view.users())
                        .toBytes()));
  }

  private void leave(VoiceSocket voice, ChannelId channel, Ack ack) {
    voice.withdraw(channel);
    presence.leaveVoiceChannel(voice.identity().userId(), channel);
    ack.send(Answers.left(channel));
  }

  private void updateState(VoiceSocket voice, ObjectNode payload, Ack ack) {
    ChannelId channel = StrictJson.channelId(payload);
    VoiceStateUpdate updates = StrictJson.stateUpdate(payload, CHANNEL_ID);
    UpdateOutcome outcome = update(voice, channel, updates);
    if (outcome instanceof UpdateOutcome.Absent && voice.restore(channel)) {
      outcome = update(voice, channel, updates);
    }
    if (outcome instanceof UpdateOutcome.Updated updated) {
      liveSockets.changed(channel, updated.user());
    }
    ack.send(Answers.updated(channel, outcome));
  }

  private UpdateOutcome update(VoiceSocket voice, ChannelId channel, VoiceStateUpdate updates) {
    return presence.updateVoiceState(voice.identity(), channel, updates, voice.claim(channel));
  }

  private void refresh(VoiceSocket voice, ChannelId channel, Ack ack) {
    Optional<Refreshed> refreshed = refresh(voice, channel);
    if (refreshed.isEmpty() && voice.restore(channel)) {
      refreshed = refresh(voice, channel);
    }
    refreshed.ifPresent(renewed -> voice.vouch(liveSockets, channel, renewed.user()));
    ack.send(Answers.refreshed(channel, refreshed));
  }

  private Optional<Refreshed> refresh(VoiceSocket voice, ChannelId channel) {
    return presence.refreshPresence(voice.identity(), channel, Claim.SOCKET);
  }

  private void refreshAuth(SocketIoSocket socket, VoiceSocket voice, JsonNode payload, Ack ack) {
    ObjectNode object = StrictJson.object(payload);
    StrictJson.onlyFields(object, TOKEN);
    if (!object.path("token").isTextual()) {
      throw RequestException.invalid("token must be a string");
    }
    Identity refreshed = tokens.verify(object.get("token").textValue());
    if (!refreshed.userId().equals(voice.identity().userId())) {
      throw RequestException.unauthenticated("The token is another user's: connect anew with it");
    }
    voice.identity(refreshed);
    socket.expireAt(refreshed.expiresAt().plus(TokenVerifier.LEEWAY));
    // Where the new token no longer allows to be, the user stays for the grace, as after a drop.
    voice.vouchedChannels().stream()
        .filter(channel -> !allows(refreshed, channel, Permission.JOIN))
        .forEach(voice::drop);
    // What it no longer allows to watch ends here; the answer comes after its last event.
    List<ChannelId> lost =
        voice.subscriptions().channels().stream()
            .filter(channel -> !allows(refreshed, channel, Permission.VIEW))
            .toList();
    voice.subscriptions().remove(lost, () -> ack.frame(Answers.SUCCESS));
  }

  private boolean allows(Identity identity, ChannelId channel, Permission permission) {
    try {
      gate.require(identity, channel, permission);
      return true;
    } catch (RequestException refused) {
      // Out of reach is no answer: what was allowed stays so.
      return refused.code() == ErrorCode.UNAVAILABLE;
    }
  }

  private void requireRoom(VoiceSocket voice, List<ChannelId> channels) {
    long more =
        channels.stream().filter(channel -> !voice.subscriptions().contains(channel)).count();
    if (voice.subscriptions().size() + more > maxSubscriptions) {
      throw RequestException.invalid(
          "A socket may watch " + maxSubscriptions + " channels: unsubscribe from some first");
    }
  }

  private static byte[] snapshot(RoomView view) {
    return PresenceJson.snapshot(view.channel(), view.version(), view.users());
  }

  private static ChannelId channelId(JsonNode payload) {
    ObjectNode object = StrictJson.object(payload);
    StrictJson.onlyFields(object, CHANNEL_ID);
    return StrictJson.channelId(object);
  }

  private static List<ChannelId> channelIds(JsonNode payload) {
    ObjectNode object = StrictJson.object(payload);
    StrictJson.onlyFields(object, CHANNEL_IDS);
    return StrictJson.channelIds(object);
  }

  /** The older names take a bare id too. */
  private static ChannelId room(JsonNode payload) {
    return payload.isTextual() ? new ChannelId(payload.textValue()) : channelId(payload);
  }
}
