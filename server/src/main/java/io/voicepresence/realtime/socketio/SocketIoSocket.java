package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.voicepresence.realtime.engineio.Broadcast;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.EngineIoSession;
import io.voicepresence.realtime.engineio.OutboundFrame;
import io.voicepresence.realtime.engineio.SecretId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One client in one namespace. The methods may be called from any thread. */
public final class SocketIoSocket {
  private static final long NEVER = Long.MAX_VALUE;

  private final SocketIoConnection connection;
  private final String namespace;
  private final NamespaceHandler handler;
  private final SerialQueue calls = new SerialQueue();
  private volatile SecretId id;
  private volatile Object attachment;
  private volatile boolean connected;
  private volatile boolean barred;
  private boolean holdsReading;
  private long expiry = NEVER;

  SocketIoSocket(SocketIoConnection connection, String namespace, NamespaceHandler handler) {
    this.connection = connection;
    this.namespace = namespace;
    this.handler = handler;
  }

  /** As the client sees it in {@code socket.id}, once it is let in; not the session's id. */
  public SecretId id() {
    return id;
  }

  public String namespace() {
    return namespace;
  }

  /** What the application attached when it accepted the client. */
  public Object attachment() {
    return attachment;
  }

  public EngineIoSession session() {
    return connection.session();
  }

  public boolean isConnected() {
    return connected;
  }

  /** Sends an event; {@code BinaryNode}s travel as binary. */
  public void emit(String event, JsonNode... args) {
    ArrayNode data = JsonNodeFactory.instance.arrayNode().add(event).addAll(List.of(args));
    OutboundFrame frame =
        SocketIoCodec.encode(new SocketIoPacket.Event(namespace, OptionalLong.empty(), data, 0));
    send(frame);
    frame.release();
  }

  /** Sends a frame, which stays the caller's to release. */
  public void send(OutboundFrame frame) {
    if (connected) {
      session().send(frame);
    }
  }

  /** As {@link EngineIoSession#answer}. */
  void answer(OutboundFrame frame) {
    if (connected) {
      session().answer(frame);
    }
  }

  /** Sends a broadcast's frame to this socket too. In the session's event loop only. */
  public void send(Broadcast broadcast) {
    if (connected) {
      broadcast.to(session());
    }
  }

  /**
   * Ends this socket; the client sees {@code io server disconnect} and does not come back by
   * itself. With its last namespace the whole session ends.
   */
  public void disconnect() {
    inEventLoop(() -> connection.disconnect(this, CloseReason.SERVER_DISCONNECT));
  }

  /** Ends the whole session; the client sees {@code transport close}. */
  public void close(CloseReason reason) {
    session().close(reason);
  }

  /**
   * Ends this socket as {@link #disconnect} does when {@code moment} has come, exact to 100 ms; for
   * the handler the reason is {@code EXPIRED}. A later call moves the moment, either way.
   */
  public void expireAt(Instant moment) {
    long nanos = connection.nanosAt(moment);
    inEventLoop(
        () -> {
          expiry = nanos;
          connection.armDeadline();
        });
  }

  private void inEventLoop(Runnable task) {
    if (session().eventLoop().inEventLoop()) {
      task.run();
    } else {
      session().eventLoop().execute(task);
    }
  }

  // What follows is called in the event loop only.

  long expiry() {
    return expiry;
  }

  void askHandler(Handshake handshake) {
    if (handler.decidesAtOnce()) {
      connection.onDecision(this, decide(handshake));
      return;
    }
    calls.add(
        () -> {
          ConnectDecision decision = decide(handshake);
          session().eventLoop().execute(() -> connection.onDecision(this, decision));
        });
  }

  private ConnectDecision decide(Handshake handshake) {
    try {
      return handler.onConnect(handshake);
    } catch (RuntimeException failed) {
      SocketIoServer.LOG.error("onConnect of namespace {} failed", namespace, failed);
      return new ConnectDecision.Refuse("internal error");
    }
  }

  void accept(Object accepted) {
    attachment = accepted;
    id = SecretId.random();
  }

  void onConnected() {
    connected = true;
    try {
      handler.onConnected(this);
    } catch (RuntimeException failed) {
      SocketIoServer.LOG.error("onConnected of namespace {} failed", namespace, failed);
    }
  }

  void onDisconnected(CloseReason reason) {
    connected = false;
    // What a client sent before it left still counts; whom the server puts out has no say any more.
    barred = reason == CloseReason.SERVER_DISCONNECT || reason == CloseReason.EXPIRED;
    expiry = NEVER;
    releaseReading();
    calls.add(() -> handler.onDisconnect(this, reason));
  }

  void onEvent(SocketIoPacket.Event event, int maxPending) {
    String name = event.data().get(0).textValue();
    event.data().remove(0);
    List<JsonNode> args = event.data().valueStream().toList();
    Ack ack = new Ack(this, event.ackId());
    int waiting =
        calls.begin(
            () -> {
              Optional<Runnable> rest = begin(name, args, ack);
              if (rest.isEmpty()) {
                onWorkedOff(maxPending);
              }
              return rest.map(
                  left ->
                      () -> {
                        try {
                          left.run();
                        } finally {
                          onWorkedOff(maxPending);
                        }
                      });
            });
    if (waiting >= maxPending && !holdsReading) {
      holdsReading = true;
      connection.holdReading();
      // The queue may have been worked off to the mark before we said that we wait for it.
      if (calls.size() <= maxPending / 2) {
        releaseReading();
      }
    }
  }

  private Optional<Runnable> begin(String name, List<JsonNode> args, Ack ack) {
    return barred ? Optional.empty() : handler.beginEvent(this, name, args, ack);
  }

  private void onWorkedOff(int maxPending) {
    if (calls.size() == maxPending / 2) {
      session().eventLoop().execute(this::releaseReading);
    }
  }

  private void releaseReading() {
    if (holdsReading) {
      holdsReading = false;
      connection.releaseReading();
    }
  }
}
