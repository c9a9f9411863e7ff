package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * WebSocket text frames of a client. The mask that RFC 6455 asks for is zero: the server has to
 * undo it like any other, and we need not do it.
 */
final class ClientFrames {
  private static final int FINAL_TEXT = 0x81;
  private static final int MASKED = 0x80;
  private static final int SHORT = 125;
  private static final int HEADER = 8;

  private ClientFrames() {}

  static ByteBuf text(ByteBufAllocator buffers, String text) {
    return text(buffers, text.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }

  /** A frame of two parts of one text, at most 64 KiB together. */
  static ByteBuf text(ByteBufAllocator buffers, byte[] head, byte[] tail) {
    int length = head.length + tail.length;
    ByteBuf frame = buffers.directBuffer(HEADER + length).writeByte(FINAL_TEXT);
    if (length <= SHORT) {
      frame.writeByte(MASKED | length);
    } else {
      frame.writeByte(MASKED | 126).writeShort(length);
    }
    return frame.writeInt(0).writeBytes(head).writeBytes(tail);
  }
}
