package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One WebSocket: the last handler of its channel, and the transport of its session. Netty's frame
 * decoder is its superclass and no handler beside it, because each idle connection keeps them.
 * Messages in fragments are put together here, under the same limit as whole ones.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class WebSocketTransport extends WebSocket13FrameDecoder implements Transport {
  private final EngineIoSession session;
  private final Channel channel;
  private final boolean direct;
  private CompositeByteBuf fragments;
  private boolean fragmentsAreText;
  private int fragmentCount;
  private boolean closing;

  WebSocketTransport(EngineIoSession session, Channel channel) {
    super(session.server().decoderConfig());
    this.session = session;
    this.channel = channel;
    this.direct = channel.pipeline().get(SslHandler.class) == null;
  }

  @Override
  public TransportName name() {
    return TransportName.WEBSOCKET;
  }

  @Override
  public void send(OutboundFrame frame) {
    write(frame.forWebSocket(), channel.voidPromise());
  }

  /** One write and one flush, so one system call; straight to the socket where nothing encrypts. */
  private void write(ByteBuf bytes, ChannelPromise promise) {
    if (direct) {
      channel.unsafe().write(bytes, promise);
      channel.unsafe().flush();
    } else {
      channel.writeAndFlush(bytes, promise);
    }
  }

  @Override
  public long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public Socket socket() {
    return direct && channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
        ? socket
        : null;
  }

  /** Writes what is left of a frame after its first {@code sent} bytes. */
  void sendRest(OutboundFrame frame, int sent) {
    write(frame.forWebSocket().skipBytes(sent), channel.voidPromise());
  }

  @Override
  public void pause() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    channel.config().setAutoRead(true);
  }

  @Override
  public boolean close(CloseReason reason) {
    if (closing) {
      return false;
    }
    closing = true;
    releaseFragments();
    if (reason == CloseReason.TRANSPORT_LOST || pendingBytes() > 0) {
      // Nobody reads: a close frame would only wait behind all the rest.
      channel.close();
      return false;
    }
    // Input is drained for a while: to close with unread input makes the kernel reset the
    // connection, and a reset may overtake what we sent last.
    session.loop().schedule(new Linger(), session.loop().now() + session.server().lingerNanos());
    channel.config().setAutoRead(true);
    ChannelPromise sent = channel.newPromise();
    sent.addListener(
        done -> {
          if (done.isSuccess() && direct && channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
          } else {
            channel.close();
          }
        });
    write(OutboundFrame.close(reason), sent);
    return false;
  }

  private final class Linger extends TimingWheel.Entry {
    @Override
    void onDeadline(long nowNanos) {
      channel.close();
    }
  }

  /** Frames are for nobody else, so they go no further. */
  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> frames)
      throws Exception {
    super.decode(context, bytes, frames);
    for (int i = 0; i < frames.size(); i++) {
      WebSocketFrame frame = (WebSocketFrame) frames.get(i);
      try {
        if (!closing) {
          onFrame(frame);
        } else if (frame instanceof CloseWebSocketFrame) {
          channel.close();
        }
      } finally {
        frame.release();
      }
    }
    frames.clear();
  }

  /** While reading is paused nothing more is asked for, unlike with a decoder among others. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
  }

  private void onFrame(WebSocketFrame frame) {
    switch (frame) {
      case TextWebSocketFrame text when text.isFinalFragment() -> onMessage(text.content(), true);
      case BinaryWebSocketFrame binary when binary.isFinalFragment() ->
          onMessage(binary.content(), false);
      case TextWebSocketFrame text -> onFirstFragment(text, true);
      case BinaryWebSocketFrame binary -> onFirstFragment(binary, false);
      case ContinuationWebSocketFrame next -> onNextFragment(next);
      case PingWebSocketFrame ping -> {
        write(OutboundFrame.pong(ping.content()), channel.voidPromise());
        session.account();
      }
      case CloseWebSocketFrame close -> session.closeNow(CloseReason.CLIENT_CLOSED);
      default -> {} // a pong of the WebSocket's own, unasked: RFC 6455 section 5.5.3 allows it
    }
  }

  private void onFirstFragment(WebSocketFrame frame, boolean isText) {
    fragments = channel.alloc().compositeBuffer(session.server().settings().maxFragments());
    fragmentsAreText = isText;
    addFragment(frame);
  }

  private void onNextFragment(ContinuationWebSocketFrame frame) {
    if (addFragment(frame) && frame.isFinalFragment()) {
      CompositeByteBuf whole = fragments;
      fragments = null;
      fragmentCount = 0;
      try {
        onMessage(whole, fragmentsAreText);
      } finally {
        whole.release();
      }
    }
  }

  /** The decoder bounds each frame; this bounds their sum and their number. */
  private boolean addFragment(WebSocketFrame frame) {
    int length = fragments.readableBytes() + frame.content().readableBytes();
    if (length > session.server().settings().maxPayload()
        || ++fragmentCount > session.server().settings().maxFragments()) {
      fail(CloseReason.MESSAGE_TOO_BIG);
      return false;
    }
    fragments.addComponent(true, frame.content().retain());
    return true;
  }

  private void onMessage(ByteBuf content, boolean isText) {
    if (!isText) {
      byte[] bytes = ByteBufUtil.getBytes(content);
      session.server().metrics().packetReceived(bytes.length);
      session.onPacket(this, new EngineIoPacket.Binary(bytes));
    } else if (ByteBufUtil.isText(content, StandardCharsets.UTF_8)) {
      String text = content.toString(StandardCharsets.UTF_8);
      session.server().metrics().packetReceived(text.length());
      session.onPacket(this, EngineIoCodec.decode(text));
    } else {
      fail(CloseReason.INVALID_TEXT);
    }
  }

  /** This WebSocket broke the rules: its session ends, or, while it only probes, it alone. */
  private void fail(CloseReason reason) {
    session.onWebSocketFailed(this, reason);
  }

  private void releaseFragments() {
    if (fragments != null) {
      fragments.release();
      fragments = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
    // What a frame led to is wrapped, what is wrong with the frame is not.
    boolean wrapped = thrown.getClass() == DecoderException.class && thrown.getCause() != null;
    Throwable cause = wrapped ? thrown.getCause() : thrown;
    fail(
        switch (cause) {
          case CorruptedWebSocketFrameException corrupt ->
              switch (corrupt.closeStatus().code()) {
                case 1007 -> CloseReason.INVALID_TEXT;
                case 1009 -> CloseReason.MESSAGE_TOO_BIG;
                default -> CloseReason.PROTOCOL_ERROR;
              };
          case java.io.IOException reset -> CloseReason.TRANSPORT_LOST;
          default -> {
            EngineIoServer.LOG.error("A WebSocket of session {} failed", session.id(), cause);
            yield CloseReason.INTERNAL_ERROR;
          }
        });
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    releaseFragments();
    fail(CloseReason.TRANSPORT_LOST);
  }
}
