package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One HTTP/1.1 connection that waits for an answer before it sends again. */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final String LENGTH = "\r\ncontent-length:";

  private final HttpLoad http;
  private ChannelHandlerContext context;
  private ByteBuf answer;
  private long intendedAt;
  private boolean closing;

  HttpConnection(HttpLoad http) {
    this.http = http;
  }

  void send(byte[] request, long intended) {
    intendedAt = intended;
    var _ = context.writeAndFlush(Unpooled.wrappedBuffer(request), context.voidPromise());
  }

  void close() {
    closing = true;
    var _ = context.close();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ended) {
    if (!closing) {
      http.broken("cut off");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    http.broken(cause.toString());
  }

  @Override
  public void channelRead(ChannelHandlerContext reader, Object message) {
    ByteBuf read = (ByteBuf) message;
    if (answer == null) {
      answer = read;
    } else {
      answer = Unpooled.copiedBuffer(answer, read);
      read.release();
    }
    int length = wholeLength(answer);
    if (length < 0 || answer.readableBytes() < length) {
      return;
    }
    String head =
        answer.toString(answer.readerIndex(), Math.min(length, 400), StandardCharsets.UTF_8);
    boolean success = head.startsWith("HTTP/1.1 200") && !head.contains("\"success\":false");
    answer.release();
    answer = null;
    http.answered(this, intendedAt, success, head);
  }

  /** Header and body together, or -1 if that is not known yet. */
  private static int wholeLength(ByteBuf answer) {
    String head =
        answer.toString(
            answer.readerIndex(),
            Math.min(answer.readableBytes(), 1024),
            StandardCharsets.ISO_8859_1);
    int end = head.indexOf("\r\n\r\n");
    int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    if (end < 0 || at < 0) {
      return -1;
    }
    int from = at + LENGTH.length();
    return end + 4 + Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
  }
}
