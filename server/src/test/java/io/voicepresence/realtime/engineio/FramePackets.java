package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads a frame as a polling client does: for tests of what is sent. */
public final class FramePackets {
  private FramePackets() {}

  /** The text packets in a frame, in order. */
  public static List<String> of(OutboundFrame frame) {
    ByteBuf body = Unpooled.buffer();
    frame.appendTo(body);
    String text = body.toString(StandardCharsets.UTF_8);
    return text.isEmpty() ? List.of() : List.of(text.split("\u001e"));
  }
}
