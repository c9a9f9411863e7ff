package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** The application's answer to a {@link Handshake}. */
public sealed interface ConnectDecision {

  /**
   * The client may come in.
   *
   * @param attachment the application's own, for {@link SocketIoSocket#attachment}
   */
  record Accept(Object attachment) implements ConnectDecision {}

  /**
   * The client may not; it gets {@code connect_error}.
   *
   * @param data goes along as the error's {@code data}, left out when missing
   */
  record Refuse(String message, JsonNode data) implements ConnectDecision {
    public Refuse(String message) {
      this(message, MissingNode.getInstance());
    }
  }
}
