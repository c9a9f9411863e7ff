package io.voicepresence.realtime.socketio;

import io.voicepresence.realtime.engineio.OutboundFrame;
import java.nio.charset.StandardCharsets;

/** Event packets from JSON that is encoded already, for broadcasts. The caller releases them. */
public final class SocketIoFrames {
  private SocketIoFrames() {}

  /**
   * An event.
   *
   * @param jsonArray {@code ["NAME",argument…]} in UTF-8, in one piece or in several that follow
   *     each other
   */
  public static OutboundFrame event(String namespace, byte[]... jsonArray) {
    byte[][] pieces = new byte[jsonArray.length + 1][];
    pieces[0] = SocketIoCodec.head('2', namespace, "").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(jsonArray, 0, pieces, 1, jsonArray.length);
    return OutboundFrame.text(pieces);
  }
}
