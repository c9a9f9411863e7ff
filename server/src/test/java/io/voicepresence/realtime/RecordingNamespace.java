package io.voicepresence.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.socketio.Ack;
import io.voicepresence.realtime.socketio.ConnectDecision;
import io.voicepresence.realtime.socketio.Handshake;
import io.voicepresence.realtime.socketio.NamespaceHandler;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Lets everyone in, acknowledges every event with its arguments, and writes down what happens. */
public class RecordingNamespace implements NamespaceHandler {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final BlockingQueue<SocketIoSocket> sockets = new LinkedBlockingQueue<>();
  private final BlockingQueue<CloseReason> reasons = new LinkedBlockingQueue<>();

  @Override
  public ConnectDecision onConnect(Handshake handshake) {
    return new ConnectDecision.Accept(handshake);
  }

  @Override
  public void onConnected(SocketIoSocket socket) {
    sockets.add(socket);
  }

  @Override
  public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
    events.add(name);
    ack.send(args.toArray(JsonNode[]::new));
  }

  @Override
  public void onDisconnect(SocketIoSocket socket, CloseReason reason) {
    reasons.add(reason);
  }

  public List<String> events() {
    return events;
  }

  /** The next socket that connected; waits for it. */
  public SocketIoSocket nextSocket() {
    return next(sockets);
  }

  /** Why the next socket disconnected; waits for it. */
  public CloseReason nextReason() {
    return next(reasons);
  }

  private static <T> T next(BlockingQueue<T> queue) {
    try {
      T next = queue.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came in ten seconds");
      }
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
