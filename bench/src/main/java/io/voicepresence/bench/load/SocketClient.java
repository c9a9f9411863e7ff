package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/**
 * One Socket.IO connection. It reads frames where they lie in the inbound buffer and makes no
 * object of them: the load shares the machine with the server that it measures.
 */
final class SocketClient extends ChannelInboundHandlerAdapter {
  /** What is looked at of a frame; of longer ones (big acknowledgements) the rest is skipped. */
  private static final int LOOKED_AT = 8 * 1024;

  /** Where the letter of an event's kind stands in {@code 42["VOICE_CHANNEL_USER_JOINED"}. */
  private static final int KIND_AT = "42[\"VOICE_CHANNEL_USER_".length();

  private static final ByteBuf SUCCESS = constant("\"success\":true");

  /** All our packets ask for acknowledgement 0, so this much comes before what it says. */
  private static final int SUCCESS_AT = "430[{".length();

  private static final ByteBuf UPGRADED = constant("HTTP/1.1 101");
  private static final ByteBuf HEADERS_END = constant("\r\n\r\n");

  private final Crowd crowd;
  private final String userId;
  private final WatchedChannel watched;
  private final int index;
  private final SequenceCheck sequence = new SequenceCheck();
  private ChannelHandlerContext context;
  private ByteBuf incomplete;
  private long toSkip;
  private boolean upgraded;
  private boolean ready;
  private boolean closing;

  SocketClient(Crowd crowd, int index, String userId, WatchedChannel watched) {
    this.crowd = crowd;
    this.index = index;
    this.userId = userId;
    this.watched = watched;
  }

  int index() {
    return index;
  }

  String userId() {
    return userId;
  }

  WatchedChannel watched() {
    return watched;
  }

  SequenceCheck sequence() {
    return sequence;
  }

  void send(byte[] head, byte[] tail) {
    var _ =
        context.writeAndFlush(
            ClientFrames.text(context.alloc(), head, tail), context.voidPromise());
  }

  void send(String packet) {
    var _ =
        context.writeAndFlush(ClientFrames.text(context.alloc(), packet), context.voidPromise());
  }

  /** Ends the connection as a client does that goes away. */
  void close() {
    closing = true;
    if (context != null) {
      var _ = context.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext activated) {
    context = activated;
    var _ =
        activated.writeAndFlush(ByteBufUtil.writeAscii(activated.alloc(), crowd.upgradeRequest()));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ended) {
    if (incomplete != null) {
      incomplete.release();
      incomplete = null;
    }
    crowd.closed(this, ready, closing);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    crowd.failed(this, cause.toString());
    var _ = failed.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext reader, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    if (incomplete != null) {
      incomplete.writeBytes(buffer);
      buffer.release();
      buffer = incomplete;
      incomplete = null;
    }
    try {
      readFrames(buffer, System.nanoTime());
      if (buffer.isReadable()) {
        incomplete = reader.alloc().directBuffer(LOOKED_AT).writeBytes(buffer);
      }
    } finally {
      buffer.release();
    }
  }

  private void readFrames(ByteBuf buffer, long now) {
    if (!upgraded && !readUpgrade(buffer)) {
      return;
    }
    while (true) {
      int available = buffer.readableBytes();
      if (toSkip > 0) {
        int skipped = (int) Math.min(toSkip, available);
        buffer.skipBytes(skipped);
        toSkip -= skipped;
        available -= skipped;
      }
      if (available < 2) {
        return;
      }
      int at = buffer.readerIndex();
      long length = buffer.getByte(at + 1) & 0x7F;
      int header = length < 126 ? 2 : length == 126 ? 4 : 10;
      if (available < header) {
        return;
      }
      if (header > 2) {
        length = header == 4 ? buffer.getUnsignedShort(at + 2) : buffer.getLong(at + 2);
      }
      int visible = (int) Math.min(length, LOOKED_AT);
      if (available < header + visible) {
        return;
      }
      packet(buffer, at + header, visible, now);
      buffer.skipBytes(header + visible);
      toSkip = length - visible;
    }
  }

  private boolean readUpgrade(ByteBuf buffer) {
    int end = ByteBufUtil.indexOf(HEADERS_END, buffer);
    if (end < 0) {
      return false;
    }
    if (!ByteBufUtil.equals(buffer, buffer.readerIndex(), UPGRADED, 0, UPGRADED.capacity())) {
      crowd.failed(
          this, buffer.toString(StandardCharsets.ISO_8859_1).lines().findFirst().orElse(""));
      closing = true;
      var _ = context.close();
      return false;
    }
    buffer.readerIndex(end + HEADERS_END.capacity());
    upgraded = true;
    return true;
  }

  private void packet(ByteBuf buffer, int at, int length, long now) {
    if (length == 0) {
      return;
    }
    switch (buffer.getByte(at)) {
      case '4' -> message(buffer, at, length, now);
      case '2' -> send("3");
      case '0' -> send(crowd.connectPacket(userId));
      default -> crowd.failed(this, "unexpected: " + head(buffer, at, length));
    }
  }

  private void message(ByteBuf buffer, int at, int length, long now) {
    switch (length > 1 ? buffer.getByte(at + 1) : 0) {
      case '2' -> event(buffer, at, length, now);
      case '3' -> acknowledged(buffer, at, length);
      case '0' -> send(crowd.entryPacket(this));
      default -> crowd.failed(this, "unexpected: " + head(buffer, at, length));
    }
  }

  private void event(ByteBuf buffer, int at, int length, long now) {
    byte kind = length > KIND_AT ? buffer.getByte(at + KIND_AT) : 0;
    crowd.sink().event(this, kind, buffer, at, length, now);
  }

  private void acknowledged(ByteBuf buffer, int at, int length) {
    if (length < SUCCESS_AT + SUCCESS.capacity()
        || !ByteBufUtil.equals(buffer, at + SUCCESS_AT, SUCCESS, 0, SUCCESS.capacity())) {
      crowd.refused(this, head(buffer, at, length));
    } else if (!ready) {
      ready = true;
      crowd.ready(this);
    }
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String head(ByteBuf buffer, int at, int length) {
    return buffer.toString(at, Math.min(length, 200), StandardCharsets.UTF_8);
  }
}
