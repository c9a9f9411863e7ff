package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.base64.Base64;
import io.netty.util.AbstractReferenceCounted;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Engine.IO packets for clients, encoded once, sent to any number of sessions: one direct buffer
 * holds complete WebSocket frames (RFC 6455 section 5.2, unmasked). A WebSocket session writes a
 * duplicate of that buffer past all encoders; a polling session takes the payloads out of it, by
 * the frames' own headers.
 *
 * <p>Reference-counted. Who makes a frame releases it; {@link EngineIoSession#send} keeps what it
 * needs by itself. Immutable, may be shared among threads.
 */
public final class OutboundFrame extends AbstractReferenceCounted {
  /** FIN and the opcode of a text frame. */
  private static final int TEXT = 0x81;

  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int PONG = 0x8A;

  /** What the second byte of a header says where the length stands in the next 2 or 8. */
  private static final int LENGTH_IN_2 = 126;

  private static final int LENGTH_IN_8 = 127;

  private final ByteBuf bytes;

  /**
   * @param bytes whole frames, of which this object owns one reference
   */
  OutboundFrame(ByteBuf bytes) {
    this.bytes = bytes;
  }

  /** One text packet, its type digit included: {@code 42["hello"]}. */
  public static OutboundFrame text(String packet) {
    return text(packet.getBytes(StandardCharsets.UTF_8));
  }

  /** One text packet, its parts one after the other, all of them UTF-8. */
  public static OutboundFrame text(byte[]... pieces) {
    int length = 0;
    for (byte[] piece : pieces) {
      length += piece.length;
    }
    ByteBuf buffer = header(TEXT, length);
    for (byte[] piece : pieces) {
      buffer.writeBytes(piece);
    }
    return new OutboundFrame(buffer);
  }

  /** One binary message. */
  public static OutboundFrame binary(byte[] message) {
    return new OutboundFrame(header(BINARY, message.length).writeBytes(message));
  }

  /** No packet at all; sending it does nothing. */
  public static OutboundFrame empty() {
    return new OutboundFrame(Unpooled.EMPTY_BUFFER);
  }

  /**
   * One frame object for several packets: a WebSocket gets them in one send. The given frames stay
   * the caller's to release.
   */
  public static OutboundFrame join(List<OutboundFrame> frames) {
    if (frames.size() == 1) {
      return frames.getFirst().retain();
    }
    int length = 0;
    for (OutboundFrame frame : frames) {
      length += frame.size();
    }
    ByteBuf all = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    frames.forEach(frame -> frame.copyTo(all));
    return new OutboundFrame(all);
  }

  /** Bytes on a WebSocket. */
  public int size() {
    return bytes.readableBytes();
  }

  public boolean isEmpty() {
    return !bytes.isReadable();
  }

  /** A view for one socket to write and release. */
  ByteBuf forWebSocket() {
    return bytes.retainedDuplicate();
  }

  /** The same bytes, to be sent past Netty. */
  ByteBuf bytes() {
    return bytes;
  }

  void copyTo(ByteBuf target) {
    target.writeBytes(bytes, bytes.readerIndex(), size());
  }

  /** Appends this frame's packets to a polling body, each after a separator but the first. */
  void appendTo(ByteBuf body) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      boolean binary = bytes.getUnsignedByte(at) == BINARY;
      int length = bytes.getUnsignedByte(at + 1);
      at += 2;
      if (length == LENGTH_IN_2) {
        length = bytes.getUnsignedShort(at);
        at += Short.BYTES;
      } else if (length == LENGTH_IN_8) {
        length = Math.toIntExact(bytes.getLong(at));
        at += Long.BYTES;
      }
      appendPacket(body, binary, at, length);
      at += length;
    }
  }

  private void appendPacket(ByteBuf body, boolean binary, int start, int length) {
    if (body.isReadable()) {
      body.writeByte(EngineIoCodec.SEPARATOR);
    }
    if (!binary) {
      body.writeBytes(bytes, start, length);
      return;
    }
    body.writeByte('b');
    ByteBuf encoded = Base64.encode(bytes, start, length, false);
    try {
      body.writeBytes(encoded);
    } finally {
      encoded.release();
    }
  }

  /** The control frame that ends a WebSocket; the reason's name goes along for whoever debugs. */
  static ByteBuf close(CloseReason reason) {
    byte[] name = reason.name().getBytes(StandardCharsets.US_ASCII);
    return header(CLOSE, 2 + name.length).writeShort(reason.code()).writeBytes(name);
  }

  /** The control frame that answers a WebSocket ping (RFC 6455 section 5.5.3). */
  static ByteBuf pong(ByteBuf data) {
    return header(PONG, data.readableBytes())
        .writeBytes(data, data.readerIndex(), data.readableBytes());
  }

  private static ByteBuf header(int first, int length) {
    int headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    ByteBuf buffer =
        PooledByteBufAllocator.DEFAULT.directBuffer(headerLength + length, headerLength + length);
    buffer.writeByte(first);
    if (length < 126) {
      return buffer.writeByte(length);
    }
    return length < 65_536
        ? buffer.writeByte(LENGTH_IN_2).writeShort(length)
        : buffer.writeByte(LENGTH_IN_8).writeLong(length);
  }

  @Override
  public OutboundFrame retain() {
    super.retain();
    return this;
  }

  @Override
  public OutboundFrame touch(Object hint) {
    bytes.touch(hint);
    return this;
  }

  @Override
  protected void deallocate() {
    bytes.release();
  }
}
