package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.unix.Socket;
import java.util.ArrayDeque;
import java.util.List;

/**
 * HTTP long-polling: packets wait in a queue until a GET fetches them. Source: Engine.IO protocol,
 * revision 4, "HTTP long-polling".
 */
final class PollingTransport implements Transport {
  private final EngineIoSession session;
  private ArrayDeque<OutboundFrame> queue = new ArrayDeque<>(4);
  private long queuedBytes;
  private HttpExchange poll;
  private HttpExchange unansweredPost;
  private boolean paused;
  private boolean flushScheduled;
  private String farewell = "";

  PollingTransport(EngineIoSession session) {
    this.session = session;
  }

  @Override
  public TransportName name() {
    return TransportName.POLLING;
  }

  @Override
  public void send(OutboundFrame frame) {
    queue.add(frame.retain());
    queuedBytes += frame.size();
    if (poll != null && !flushScheduled) {
      // What the rest of this turn sends goes into the same answer.
      flushScheduled = true;
      session.eventLoop().execute(this::flush);
    }
  }

  @Override
  public long pendingBytes() {
    return queuedBytes;
  }

  @Override
  public Socket socket() {
    return null;
  }

  /** A GET of the session. It is answered at once if packets wait, else when the first comes. */
  void onPoll(HttpExchange exchange) {
    if (!session.isOpen()) {
      onLastPoll(exchange);
    } else if (poll != null) {
      session.closeNow(CloseReason.DUPLICATE_REQUEST);
      exchange.refuse(EngineIoError.BAD_REQUEST);
    } else {
      poll = exchange;
      flush();
      if (session.isProbed()) {
        releasePoll();
      }
      session.account();
    }
  }

  /** The session is closed, but its last packets may have been kept for this request. */
  private void onLastPoll(HttpExchange exchange) {
    if (isFinished()) {
      exchange.refuse(EngineIoError.UNKNOWN_SESSION);
      return;
    }
    poll = exchange;
    answerLast();
    if (isFinished()) {
      session.forget();
    }
  }

  /** A POST of the open session; while reading is paused its answer waits. */
  void onPost(HttpExchange exchange, String body) {
    if (unansweredPost != null) {
      session.closeNow(CloseReason.DUPLICATE_REQUEST);
      exchange.refuse(EngineIoError.BAD_REQUEST);
      return;
    }
    List<EngineIoPacket> packets = EngineIoCodec.decodePayload(body);
    if (packets.getLast() instanceof EngineIoPacket.Malformed) {
      session.closeNow(CloseReason.BAD_PACKET);
      exchange.refuse(EngineIoError.BAD_REQUEST);
      return;
    }
    session.server().metrics().packetReceived(body.length());
    packets.forEach(session::onPacket);
    if (paused) {
      unansweredPost = exchange;
    } else {
      exchange.answerPost();
    }
  }

  /** The connection of {@code exchange} is gone; was its request still waiting for an answer? */
  boolean isWaiting(HttpExchange exchange) {
    return exchange == poll || exchange == unansweredPost;
  }

  /** Ends the poll under way without a packet, so that the client can pause polling. */
  void releasePoll() {
    if (poll != null && queue.isEmpty()) {
      sendControl("6");
    }
    flush();
  }

  /** Hands what was not fetched to the WebSocket that takes over. */
  ArrayDeque<OutboundFrame> takeQueue() {
    ArrayDeque<OutboundFrame> taken = queue;
    queue = new ArrayDeque<>(0);
    queuedBytes = 0;
    return taken;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    answerPost();
  }

  @Override
  public boolean close(CloseReason reason) {
    answerPost();
    if (poll == null && !reason.hasFarewell()) {
      release();
      return false;
    }
    farewell = reason == CloseReason.CLIENT_CLOSED ? "6" : "1";
    if (poll != null) {
      answerLast();
    }
    return !isFinished();
  }

  /** Whether the client has fetched all that was left when the session closed. */
  private boolean isFinished() {
    return farewell.isEmpty();
  }

  /**
   * The last packets and the end of the session go in two answers: socket.io-client acts on the end
   * at once, but on the packets before it in the same answer only later.
   */
  private void answerLast() {
    if (queue.isEmpty()) {
      sendControl(farewell);
      farewell = "";
    }
    flush();
  }

  /** Gives back what nobody will fetch any more. */
  void release() {
    takeQueue().forEach(OutboundFrame::release);
    farewell = "";
  }

  private void answerPost() {
    if (unansweredPost != null) {
      unansweredPost.answerPost();
      unansweredPost = null;
    }
  }

  private void sendControl(String packet) {
    OutboundFrame frame = OutboundFrame.text(packet);
    queue.add(frame);
    queuedBytes += frame.size();
  }

  private void flush() {
    flushScheduled = false;
    if (poll == null || queue.isEmpty()) {
      return;
    }
    ByteBuf body = PooledByteBufAllocator.DEFAULT.directBuffer(Math.toIntExact(queuedBytes));
    for (OutboundFrame frame : queue) {
      frame.appendTo(body);
      frame.release();
    }
    queue.clear();
    queuedBytes = 0;
    HttpExchange answered = poll;
    poll = null;
    answered.answerPoll(body);
  }
}
