package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.OptionalLong;

/** A Socket.IO packet. Source: Socket.IO protocol, revision 5, "Packet types". */
public sealed interface SocketIoPacket {

  String namespace();

  /** {@code 0}: the client asks for a namespace; {@code payload} is an object or missing. */
  record Connect(String namespace, JsonNode payload) implements SocketIoPacket {}

  /** {@code 1}: one side leaves a namespace. */
  record Disconnect(String namespace) implements SocketIoPacket {}

  /**
   * {@code 2}, and {@code 5} where {@code attachments} is not 0: the event's name, then its
   * arguments.
   *
   * @param attachments binary messages that follow and stand for the placeholders
   */
  record Event(String namespace, OptionalLong ackId, ArrayNode data, int attachments)
      implements SocketIoPacket {}

  /** {@code 3}, and {@code 6} where {@code attachments} is not 0: the answer to an event. */
  record Ack(String namespace, long ackId, ArrayNode data, int attachments)
      implements SocketIoPacket {}

  /** {@code 4}: the server refuses a namespace. */
  record ConnectError(String namespace, JsonNode payload) implements SocketIoPacket {}

  /** What is no packet that a client may send, and why. */
  record Malformed(String why) implements SocketIoPacket {
    @Override
    public String namespace() {
      return "";
    }
  }
}
