package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Socket.IO packets to and from text: pure functions that know no session. {@link #decode} throws
 * for no input. Source: Socket.IO protocol, revision 5, "Packet encoding".
 */
public final class SocketIoCodec {
  /** Digits of an ack id: what a JavaScript number holds exactly. */
  static final int MAX_ACK_DIGITS = 15;

  static final int MAX_NAMESPACE_LENGTH = 256;

  /** Names that the client's own library gives a meaning. */
  static final Set<String> RESERVED_EVENTS =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  private final int maxAttachments;

  /**
   * @param maxAttachments binary values that one packet may have
   */
  public SocketIoCodec(int maxAttachments) {
    this.maxAttachments = maxAttachments;
  }

  /** Reads one packet of a client, without the Engine.IO type digit. */
  public SocketIoPacket decode(String text) {
    Cursor in = new Cursor(text);
    char type = in.next();
    int attachments = 0;
    if (type == '5' || type == '6') {
      long count = in.digits(2);
      if (count < 0 || count > maxAttachments || in.next() != '-') {
        return malformed("number of attachments");
      }
      attachments = (int) count;
    }
    String namespace = in.namespace();
    if (namespace.length() > MAX_NAMESPACE_LENGTH) {
      return malformed("namespace too long");
    }
    return switch (type) {
      case '0' -> connect(namespace, in.rest());
      case '1' ->
          in.rest().isEmpty()
              ? new SocketIoPacket.Disconnect(namespace)
              : malformed("data where none belongs");
      case '2', '5' -> event(namespace, in.digits(MAX_ACK_DIGITS), in.rest(), attachments);
      case '3', '6' -> ack(namespace, in.digits(MAX_ACK_DIGITS), in.rest(), attachments);
      case '4' -> malformed("only a server refuses a namespace");
      default -> malformed("unknown packet type");
    };
  }

  private static SocketIoPacket connect(String namespace, String json) {
    if (json.isEmpty()) {
      return new SocketIoPacket.Connect(namespace, MissingNode.getInstance());
    }
    JsonNode payload = SocketIoJson.read(json);
    return payload.isObject()
        ? new SocketIoPacket.Connect(namespace, payload)
        : malformed("payload is no object");
  }

  private static SocketIoPacket event(String namespace, long ackId, String json, int attachments) {
    if (!(SocketIoJson.read(json) instanceof ArrayNode data)
        || !data.path(0).isTextual()
        || RESERVED_EVENTS.contains(data.path(0).textValue())
        || !hasItsPlaceholders(data, attachments)) {
      return malformed("event");
    }
    return new SocketIoPacket.Event(
        namespace, ackId < 0 ? OptionalLong.empty() : OptionalLong.of(ackId), data, attachments);
  }

  private static SocketIoPacket ack(String namespace, long ackId, String json, int attachments) {
    if (ackId < 0
        || !(SocketIoJson.read(json) instanceof ArrayNode data)
        || !hasItsPlaceholders(data, attachments)) {
      return malformed("ack");
    }
    return new SocketIoPacket.Ack(namespace, ackId, data, attachments);
  }

  /** In a packet without attachments an object that looks like a placeholder is just data. */
  private static boolean hasItsPlaceholders(ArrayNode data, int attachments) {
    return attachments == 0 || BinaryData.hasEachPlaceholderOnce(data, attachments);
  }

  private static SocketIoPacket malformed(String why) {
    return new SocketIoPacket.Malformed(why);
  }

  /**
   * Writes a packet for a client: text, then its binary values. The caller releases the frame.
   *
   * @throws IllegalArgumentException for a malformed packet
   */
  public static OutboundFrame encode(SocketIoPacket packet) {
    return switch (packet) {
      case SocketIoPacket.Connect p -> text('0', p.namespace(), json(p.payload()));
      case SocketIoPacket.Disconnect p -> text('1', p.namespace(), "");
      case SocketIoPacket.ConnectError p -> text('4', p.namespace(), json(p.payload()));
      case SocketIoPacket.Event p ->
          withBinary('2', '5', p.namespace(), digits(p.ackId()), p.data());
      case SocketIoPacket.Ack p ->
          withBinary('3', '6', p.namespace(), Long.toString(p.ackId()), p.data());
      case SocketIoPacket.Malformed p -> throw new IllegalArgumentException(p.why());
    };
  }

  /** What stands before the JSON of a packet: {@code 4}, type, namespace, ack id. */
  static String head(char type, String namespace, String id) {
    return namespace.equals("/") ? "4" + type + id : "4" + type + namespace + "," + id;
  }

  private static OutboundFrame text(char type, String namespace, String json) {
    return OutboundFrame.text(head(type, namespace, "") + json);
  }

  private static OutboundFrame withBinary(
      char type, char binaryType, String namespace, String id, ArrayNode data) {
    if (!BinaryData.isIn(data)) {
      return OutboundFrame.text(head(type, namespace, id) + json(data));
    }
    List<byte[]> attachments = new ArrayList<>();
    ArrayNode placeholders = BinaryData.extract(data, attachments);
    String rest = head(binaryType, namespace, id).substring(2);
    List<OutboundFrame> frames = new ArrayList<>();
    frames.add(
        OutboundFrame.text(
            "4" + binaryType + attachments.size() + "-" + rest + json(placeholders)));
    attachments.forEach(bytes -> frames.add(OutboundFrame.binary(bytes)));
    OutboundFrame all = OutboundFrame.join(frames);
    frames.forEach(OutboundFrame::release);
    return all;
  }

  private static String json(JsonNode value) {
    return value.isMissingNode() ? "" : SocketIoJson.write(value);
  }

  private static String digits(OptionalLong id) {
    return id.isPresent() ? Long.toString(id.getAsLong()) : "";
  }

  /** Where reading has come to. */
  private static final class Cursor {
    private final String text;
    private int at;

    Cursor(String text) {
      this.text = text;
    }

    /** The next character, NUL at the end. */
    char next() {
      return at < text.length() ? text.charAt(at++) : '\0';
    }

    /** A number of at most {@code max} digits; -1 where there is no digit. */
    long digits(int max) {
      long value = -1;
      for (int read = 0; read < max && at < text.length(); read++) {
        int digit = text.charAt(at) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        value = Math.max(value, 0) * 10 + digit;
        at++;
      }
      return value;
    }

    /** The namespace that stands here, up to a comma or the end; else the main one. */
    String namespace() {
      if (at >= text.length() || text.charAt(at) != '/') {
        return "/";
      }
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      String namespace = text.substring(at, end);
      at = comma < 0 ? end : end + 1;
      return namespace;
    }

    String rest() {
      return text.substring(at);
    }
  }
}
