package io.voicepresence.realtime.voice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.voicepresence.auth.BearerToken;
import io.voicepresence.auth.TokenVerifier;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.Answers;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.room.Rooms;
import io.voicepresence.realtime.socketio.Ack;
import io.voicepresence.realtime.socketio.ConnectDecision;
import io.voicepresence.realtime.socketio.Handshake;
import io.voicepresence.realtime.socketio.NamespaceHandler;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Socket.IO edge: lets clients in by their token and answers their events. */
public final class VoiceNamespace implements NamespaceHandler {
  private static final Logger log = LoggerFactory.getLogger(VoiceNamespace.class);

  /** Commands over the rate, one after the other, until the connection is closed. */
  private static final int MAX_REFUSED_IN_A_ROW = 1_000;

  private final TokenVerifier tokens;
  private final CommandLimiter limiter;
  private final Rooms rooms;
  private final VoiceCommands commands;

  public VoiceNamespace(
      TokenVerifier tokens, CommandLimiter limiter, Rooms rooms, VoiceCommands commands) {
    this.tokens = tokens;
    this.limiter = limiter;
    this.rooms = rooms;
    this.commands = commands;
  }

  @Override
  public ConnectDecision onConnect(Handshake handshake) {
    try {
      return new ConnectDecision.Accept(new VoiceSocket(tokens.verify(token(handshake)), rooms));
    } catch (RequestException refused) {
      String code = refused.code().code();
      return new ConnectDecision.Refuse(
          code,
          JsonNodeFactory.instance.objectNode().put("code", code).put("message", refused.detail()));
    }
  }

  @Override
  public boolean decidesAtOnce() {
    return tokens.verifiesAtOnce();
  }

  @Override
  public void onConnected(SocketIoSocket socket) {
    VoiceSocket voice = voice(socket);
    voice.connected(socket);
    socket.expireAt(voice.identity().expiresAt().plus(TokenVerifier.LEEWAY));
  }

  @Override
  public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
    VoiceSocket voice = voice(socket);
    answering(
        name,
        ack,
        () -> {
          admit(socket, voice);
          commands.run(event(name), socket, voice, payload(args), ack);
        });
  }

  /**
   * Most clients subscribe when they come, and to channels that are watched here already; and a
   * store in memory has nothing to wait for.
   */
  @Override
  public Optional<Runnable> beginEvent(
      SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
    if (!commands.mayBegin(name)) {
      return NamespaceHandler.super.beginEvent(socket, name, args, ack);
    }
    VoiceSocket voice = voice(socket);
    AtomicReference<Runnable> rest = new AtomicReference<>();
    answering(
        name,
        ack,
        () -> {
          admit(socket, voice);
          commands
              .begin(event(name), socket, voice, payload(args), ack)
              .ifPresent(left -> rest.set(() -> answering(name, ack, left)));
        });
    return Optional.ofNullable(rest.get());
  }

  /** What goes wrong in a step is its client's answer. */
  private static void answering(String name, Ack ack, Runnable step) {
    try {
      step.run();
    } catch (RequestException refused) {
      ack.send(Answers.refused(refused));
    } catch (RuntimeException broken) {
      log.error("Failed to handle event {}", name, broken);
      ack.send(Answers.refused(RequestException.internal()));
    }
  }

  private static VoiceEvent event(String name) {
    return VoiceEvent.ofName(name)
        .orElseThrow(() -> RequestException.invalid("Unknown event \"" + name + "\""));
  }

  private static JsonNode payload(List<JsonNode> args) {
    if (args.size() != 1) {
      throw RequestException.invalid("One payload is expected, not " + args.size());
    }
    return args.getFirst();
  }

  @Override
  public void onDisconnect(SocketIoSocket socket, CloseReason reason) {
    voice(socket).dropped();
  }

  private void admit(SocketIoSocket socket, VoiceSocket voice) {
    try {
      limiter.admit(voice.identity().userId());
      voice.admitted();
    } catch (RequestException refused) {
      if (voice.refused() >= MAX_REFUSED_IN_A_ROW) {
        socket.close(CloseReason.RATE_LIMITED);
      }
      throw refused;
    }
  }

  private static VoiceSocket voice(SocketIoSocket socket) {
    return (VoiceSocket) socket.attachment();
  }

  /** The client's option {@code auth: {token}}, else the header of the request; never the query. */
  private static String token(Handshake handshake) {
    JsonNode token = handshake.auth().path("token");
    if (token.isTextual()) {
      return token.textValue();
    }
    return handshake
        .request()
        .authorization()
        .flatMap(BearerToken::of)
        .orElseThrow(
            () -> RequestException.unauthenticated("Connect with the option auth: { token }"));
  }
}
