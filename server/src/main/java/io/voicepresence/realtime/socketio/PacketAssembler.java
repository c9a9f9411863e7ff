package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/** A packet whose binary attachments are still to come; they must follow without a gap. */
final class PacketAssembler {
  private final SocketIoPacket packet;
  private final ArrayNode data;
  private final List<byte[]> attachments;
  private final int wanted;
  private long room;

  private PacketAssembler(SocketIoPacket packet, ArrayNode data, int wanted, int maxBytes) {
    this.packet = packet;
    this.data = data;
    this.wanted = wanted;
    this.attachments = new ArrayList<>(wanted);
    this.room = maxBytes;
  }

  /**
   * Begins a packet with at least one attachment.
   *
   * @param maxBytes what all its attachments together may have
   */
  static PacketAssembler of(SocketIoPacket.Event event, int maxBytes) {
    return new PacketAssembler(event, event.data(), event.attachments(), maxBytes);
  }

  static PacketAssembler of(SocketIoPacket.Ack ack, int maxBytes) {
    return new PacketAssembler(ack, ack.data(), ack.attachments(), maxBytes);
  }

  /** Takes the next attachment; false when there are too many bytes. */
  boolean add(byte[] bytes) {
    room -= bytes.length;
    attachments.add(bytes);
    return room >= 0;
  }

  boolean isComplete() {
    return attachments.size() == wanted;
  }

  /** The packet with its binary values in their places; once, when it is complete. */
  SocketIoPacket finish() {
    BinaryData.insert(data, attachments);
    return packet;
  }
}
