package io.voicepresence.realtime.socketio;

import io.netty.buffer.ByteBuf;
import io.voicepresence.realtime.engineio.OutboundFrame;
import java.nio.charset.StandardCharsets;

/** Event packets from JSON that is encoded already, for broadcasts. The caller releases them. */
public final class SocketIoFrames {
  private SocketIoFrames() {}

  /**
   * An event.
   *
   * @param jsonArray {@code ["NAME",argument…]} in UTF-8
   */
  public static OutboundFrame event(String namespace, byte[] jsonArray) {
    return OutboundFrame.text(
        SocketIoCodec.head('2', namespace, "").getBytes(StandardCharsets.UTF_8), jsonArray);
  }

  /** As above; {@code jsonArray} is neither consumed nor released. */
  public static OutboundFrame event(String namespace, ByteBuf jsonArray) {
    return OutboundFrame.text(SocketIoCodec.head('2', namespace, ""), jsonArray);
  }
}
