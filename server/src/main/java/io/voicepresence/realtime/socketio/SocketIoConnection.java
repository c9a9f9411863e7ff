package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.ConnectRequest;
import io.voicepresence.realtime.engineio.EngineIoListener;
import io.voicepresence.realtime.engineio.EngineIoSession;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The namespaces of one session. Confined to the session's event loop. */
final class SocketIoConnection implements EngineIoListener {
  private static final long NEVER = Long.MAX_VALUE;

  private final SocketIoServer server;
  private final EngineIoSession session;

  /** Asked for or connected; mostly one. A new list with each change: the smallest there is. */
  private List<SocketIoSocket> sockets = List.of();

  /** Namespaces that were left: what the client had sent before it knew is no offence. */
  private List<String> left = List.of();

  private PacketAssembler assembling;
  private long connectDeadline;
  private int readingHeld;

  SocketIoConnection(SocketIoServer server, EngineIoSession session) {
    this.server = server;
    this.session = session;
    startConnectTimeout();
  }

  EngineIoSession session() {
    return session;
  }

  long nanosAt(Instant moment) {
    return server.nanosAt(moment);
  }

  @Override
  public void onText(String text) {
    if (assembling != null) {
      session.close(CloseReason.BAD_PACKET);
      return;
    }
    switch (server.codec().decode(text)) {
      case SocketIoPacket.Event event when event.attachments() > 0 ->
          assembling = PacketAssembler.of(event, server.maxPayload());
      case SocketIoPacket.Ack ack when ack.attachments() > 0 ->
          assembling = PacketAssembler.of(ack, server.maxPayload());
      case SocketIoPacket packet -> onPacket(packet);
    }
  }

  @Override
  public void onBinary(byte[] bytes) {
    if (assembling == null) {
      session.close(CloseReason.BAD_PACKET);
    } else if (!assembling.add(bytes)) {
      session.close(CloseReason.MESSAGE_TOO_BIG);
    } else if (assembling.isComplete()) {
      SocketIoPacket packet = assembling.finish();
      assembling = null;
      onPacket(packet);
    }
  }

  private void onPacket(SocketIoPacket packet) {
    switch (packet) {
      case SocketIoPacket.Connect connect -> onConnect(connect);
      case SocketIoPacket.Disconnect leave -> {
        SocketIoSocket socket = connected(leave.namespace());
        if (socket != null) {
          remove(socket, CloseReason.CLIENT_CLOSED);
        }
      }
      case SocketIoPacket.Event event -> {
        SocketIoSocket socket = connected(event.namespace());
        if (socket != null) {
          socket.onEvent(event, server.settings().maxPendingCommands());
        }
      }
      // The server asks for no acks; one that comes late or unasked means nothing.
      case SocketIoPacket.Ack ack -> connected(ack.namespace());
      case SocketIoPacket.ConnectError error -> session.close(CloseReason.BAD_PACKET);
      case SocketIoPacket.Malformed malformed -> session.close(CloseReason.BAD_PACKET);
    }
  }

  /** The connected socket; where there never was one, the session is closed. */
  private SocketIoSocket connected(String namespace) {
    SocketIoSocket socket = find(namespace);
    if (socket != null && socket.isConnected()) {
      return socket;
    }
    if (!left.contains(namespace)) {
      session.close(CloseReason.BAD_PACKET);
    }
    return null;
  }

  private SocketIoSocket find(String namespace) {
    for (SocketIoSocket socket : sockets) {
      if (socket.namespace().equals(namespace)) {
        return socket;
      }
    }
    return null;
  }

  private void onConnect(SocketIoPacket.Connect connect) {
    NamespaceHandler handler = server.handlerOf(connect.namespace());
    if (handler == null) {
      refuse(connect.namespace(), new ConnectDecision.Refuse("Invalid namespace"));
    } else if (find(connect.namespace()) != null
        || sockets.size() >= server.settings().maxNamespacesPerSession()) {
      session.close(CloseReason.BAD_PACKET);
    } else {
      SocketIoSocket socket = new SocketIoSocket(this, connect.namespace(), handler);
      sockets = with(socket);
      socket.askHandler(new Handshake(connect.namespace(), connect.payload(), session.request()));
    }
  }

  private List<SocketIoSocket> with(SocketIoSocket socket) {
    return sockets.isEmpty()
        ? List.of(socket)
        : Stream.concat(sockets.stream(), Stream.of(socket)).toList();
  }

  void onDecision(SocketIoSocket socket, ConnectDecision decision) {
    switch (decision) {
      case ConnectDecision.Refuse refusal -> {
        take(socket);
        refuse(socket.namespace(), refusal);
      }
      case ConnectDecision.Accept acceptance -> {
        socket.accept(acceptance.attachment());
        if (!session.isOpen()) {
          socket.onDisconnected(CloseReason.TRANSPORT_LOST);
          return;
        }
        connectDeadline = NEVER;
        armDeadline();
        trimRequest();
        send(
            new SocketIoPacket.Connect(
                socket.namespace(),
                JsonNodeFactory.instance.objectNode().put("sid", socket.id().toString())));
        socket.onConnected();
      }
    }
  }

  /** A token may be long, and is for one more namespace at most. */
  private void trimRequest() {
    ConnectRequest request = session.request();
    session.replaceRequest(
        server.hasOneNamespace() ? ConnectRequest.FORGOTTEN : request.authorizationOnly());
  }

  private void refuse(String namespace, ConnectDecision.Refuse refusal) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode().put("message", refusal.message());
    JsonNode data = refusal.data();
    if (!data.isMissingNode()) {
      payload.set("data", data);
    }
    send(new SocketIoPacket.ConnectError(namespace, payload));
  }

  private void send(SocketIoPacket packet) {
    OutboundFrame frame = SocketIoCodec.encode(packet);
    session.send(frame);
    frame.release();
  }

  /** The server ends a socket, and with the last one the session. */
  void disconnect(SocketIoSocket socket, CloseReason reason) {
    if (!socket.isConnected()) {
      return;
    }
    send(new SocketIoPacket.Disconnect(socket.namespace()));
    remove(socket, reason);
    if (sockets.isEmpty()) {
      session.close(reason);
    }
  }

  private void take(SocketIoSocket socket) {
    sockets = sockets.stream().filter(other -> other != socket).toList();
  }

  private void remove(SocketIoSocket socket, CloseReason reason) {
    take(socket);
    if (!left.contains(socket.namespace())) {
      left = new ArrayList<>(left);
      left.add(socket.namespace());
    }
    socket.onDisconnected(reason);
    if (sockets.isEmpty()) {
      startConnectTimeout();
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  private void startConnectTimeout() {
    connectDeadline = server.nanoTime() + server.settings().connectTimeout().toNanos();
    armDeadline();
  }

  void armDeadline() {
    long earliest = connectDeadline;
    for (SocketIoSocket socket : sockets) {
      earliest = Math.min(earliest, socket.expiry());
    }
    session.setDeadline(earliest);
  }

  @Override
  public void onDeadline() {
    long now = server.nanoTime();
    if (connectDeadline <= now) {
      session.close(CloseReason.CONNECT_TIMEOUT);
      return;
    }
    for (SocketIoSocket socket : sockets) {
      if (socket.expiry() <= now) {
        disconnect(socket, CloseReason.EXPIRED);
      }
    }
    armDeadline();
  }

  // ---- back-pressure -------------------------------------------------------------------------

  void holdReading() {
    if (readingHeld++ == 0) {
      session.pauseReading();
    }
  }

  void releaseReading() {
    if (--readingHeld == 0) {
      session.resumeReading();
    }
  }

  @Override
  public void onClose(CloseReason reason) {
    assembling = null;
    for (SocketIoSocket socket : sockets) {
      if (socket.isConnected()) {
        socket.onDisconnected(reason);
      }
    }
    sockets = List.of();
  }
}
