package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.voicepresence.realtime.engineio.CloseReason;
import java.util.List;
import java.util.Optional;

/**
 * The application's side of a namespace: plain blocking code. The calls for one socket come one
 * after the other, in order; those for different sockets at the same time. They come on virtual
 * threads where nothing else is said. What a call throws is logged and harms nothing else.
 */
public interface NamespaceHandler {

  /**
   * May this client come in? If it throws, the client is refused with {@code internal error}. If it
   * accepts, {@link #onDisconnect} follows exactly once, even if the client is gone by then.
   */
  ConnectDecision onConnect(Handshake handshake);

  /**
   * Whether {@link #onConnect} neither waits for anything nor takes more than some ten
   * microseconds. Then it is called in the event loop: two changes of thread less, which cost more
   * than the call.
   */
  default boolean decidesAtOnce() {
    return false;
  }

  /**
   * The socket is connected: its CONNECT packet is on the way, no event has been handled. Called in
   * the event loop, so it must not block.
   */
  default void onConnected(SocketIoSocket socket) {}

  /**
   * The client sent an event.
   *
   * @param args what follows the name; binary values are {@code BinaryNode}s
   * @param ack answers the client, if it asked for an answer
   */
  void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack);

  /**
   * Begins to handle an event, in the event loop: what needs no waiting may be done here, in {@link
   * #onEvent}'s place.
   *
   * @return what is left to do and may wait, on a virtual thread; empty when all is done
   */
  default Optional<Runnable> beginEvent(
      SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
    return Optional.of(() -> onEvent(socket, name, args, ack));
  }

  /** The socket is gone. The last call for it, after any handler that was still running. */
  default void onDisconnect(SocketIoSocket socket, CloseReason reason) {}
}
