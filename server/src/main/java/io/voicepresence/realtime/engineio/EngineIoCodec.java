package io.voicepresence.realtime.engineio;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Engine.IO packets to and from text: pure functions that know no session and throw for no input.
 * Source: Engine.IO protocol, revision 4, "Packet encoding" and "Payload encoding".
 */
public final class EngineIoCodec {
  /** Stands between the packets of a polling payload. */
  public static final char SEPARATOR = '\u001e';

  private static final EngineIoPacket CLOSE = new EngineIoPacket.Close();
  private static final EngineIoPacket UPGRADE = new EngineIoPacket.Upgrade();
  private static final EngineIoPacket NOOP = new EngineIoPacket.Noop();
  private static final EngineIoPacket PONG = new EngineIoPacket.Pong("");

  private EngineIoCodec() {}

  /** Reads one text packet of a client. */
  public static EngineIoPacket decode(String packet) {
    if (packet.isEmpty()) {
      return new EngineIoPacket.Malformed("empty packet");
    }
    return switch (packet.charAt(0)) {
      case '1' -> bare(packet, CLOSE);
      case '2' -> new EngineIoPacket.Ping(packet.substring(1));
      case '3' -> packet.length() == 1 ? PONG : new EngineIoPacket.Pong(packet.substring(1));
      case '4' -> new EngineIoPacket.Message(packet.substring(1));
      case '5' -> bare(packet, UPGRADE);
      case '6' -> bare(packet, NOOP);
      default -> new EngineIoPacket.Malformed("unknown packet type");
    };
  }

  /**
   * Reads the body of a polling POST: packets in order. After the first malformed one reading ends,
   * so it is the last of the list.
   */
  public static List<EngineIoPacket> decodePayload(String payload) {
    List<EngineIoPacket> packets = new ArrayList<>(2);
    int from = 0;
    while (true) {
      int end = payload.indexOf(SEPARATOR, from);
      EngineIoPacket packet =
          decodePart(end < 0 ? payload.substring(from) : payload.substring(from, end));
      packets.add(packet);
      if (end < 0 || packet instanceof EngineIoPacket.Malformed) {
        return packets;
      }
      from = end + 1;
    }
  }

  private static EngineIoPacket decodePart(String part) {
    if (part.isEmpty() || part.charAt(0) != 'b') {
      return decode(part);
    }
    try {
      return new EngineIoPacket.Binary(Base64.getDecoder().decode(part.substring(1)));
    } catch (IllegalArgumentException notBase64) {
      return new EngineIoPacket.Malformed("not base64");
    }
  }

  private static EngineIoPacket bare(String packet, EngineIoPacket type) {
    return packet.length() == 1 ? type : new EngineIoPacket.Malformed("data where none belongs");
  }

  /** The handshake that opens a session, as a text packet. */
  public static String open(SecretId sid, boolean upgradable, EngineIoSettings settings) {
    return "0{\"sid\":\""
        + sid
        + (upgradable ? "\",\"upgrades\":[\"websocket\"]" : "\",\"upgrades\":[]")
        + ",\"pingInterval\":"
        + settings.pingInterval().toMillis()
        + ",\"pingTimeout\":"
        + settings.pingTimeout().toMillis()
        + ",\"maxPayload\":"
        + settings.maxPayload()
        + "}";
  }
}
