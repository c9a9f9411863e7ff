package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One voice channel as the load sees it: who speaks in it, what was sent, and when. */
final class WatchedChannel {
  /** How many events can be on their way in one channel while their times are remembered. */
  private static final int REMEMBERED = 4096;

  private static final byte[] VIDEO_FLAG =
      "\"isVideoEnabled\":".getBytes(StandardCharsets.US_ASCII);
  private static final int SECOND_FLAG = ",\"isScreenSharing\":".length();
  private static final int THIRD_FLAG = ",\"isMuted\":".length();
  private static final int FOURTH_FLAG = ",\"isDeafened\":".length();

  private final int number;
  private final String id;
  private final long idBytes;
  private final byte[] updateHead;
  private final long[] intended = new long[REMEMBERED];
  private SocketClient speaker;
  private int sockets;
  private long sent;

  /** Where the first flag's value stands; the same in all events, as all are of one user. */
  private int flagsAt;

  WatchedChannel(int number) {
    this.number = number;
    id = "c%07d".formatted(number);
    idBytes = ByteBuffer.wrap(id.getBytes(StandardCharsets.US_ASCII)).getLong();
    updateHead =
        ("420[\"VOICE_STATE_UPDATE\",{\"channelId\":\"" + id + "\",")
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Its number, which is that of its speaker's socket too. */
  int number() {
    return number;
  }

  String id() {
    return id;
  }

  void add(SocketClient socket) {
    if (speaker == null) {
      speaker = socket;
    }
    sockets++;
  }

  boolean isSpeaker(SocketClient socket) {
    return speaker == socket;
  }

  /** Whether this channel's id stands at a place. */
  boolean isNamedAt(ByteBuf buffer, int at) {
    return buffer.getLong(at) == idBytes;
  }

  int sockets() {
    return sockets;
  }

  long sent() {
    return sent;
  }

  /** When an event should have been sent, in the time of {@link System#nanoTime()}. */
  long intended(long number) {
    return intended[(int) (number % REMEMBERED)];
  }

  /** Sends the channel's next event. */
  void speak(long intendedAt) {
    intended[(int) (sent % REMEMBERED)] = intendedAt;
    speaker.send(updateHead, UpdateFlags.of((int) (sent & 15)));
    sent++;
  }

  /**
   * Reads the number modulo 16 that an update carries in its user's flags.
   *
   * @return -1 when there is none
   */
  int numberIn(ByteBuf buffer, int at, int length) {
    if (!isFlag(buffer, at, length, flagsAt)) {
      flagsAt = find(buffer, at, length);
      if (!isFlag(buffer, at, length, flagsAt)) {
        return -1;
      }
    }
    int position = at + flagsAt;
    int video = bit(buffer, position);
    position += 5 - video + SECOND_FLAG;
    int screen = bit(buffer, position);
    position += 5 - screen + THIRD_FLAG;
    int muted = bit(buffer, position);
    position += 5 - muted + FOURTH_FLAG;
    return video << 3 | screen << 2 | muted << 1 | bit(buffer, position);
  }

  private static int bit(ByteBuf buffer, int position) {
    return buffer.getByte(position) == 't' ? 1 : 0;
  }

  private static boolean isFlag(ByteBuf buffer, int at, int length, int offset) {
    return offset > VIDEO_FLAG.length
        && offset + 80 < length
        && buffer.getByte(at + offset - 1) == ':'
        && buffer.getByte(at + offset - 3) == 'd'
        && (buffer.getByte(at + offset) == 't' || buffer.getByte(at + offset) == 'f');
  }

  private static int find(ByteBuf buffer, int at, int length) {
    String text = buffer.toString(at, length, StandardCharsets.ISO_8859_1);
    int found = text.indexOf("\"isVideoEnabled\":");
    return found < 0 ? 0 : found + VIDEO_FLAG.length;
  }
}
