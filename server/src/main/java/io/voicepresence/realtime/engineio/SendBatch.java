package io.voicepresence.realtime.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sends one frame to many sockets: by a {@link SendRing} where there is one, else each with one
 * system call of its own and nothing else. Who are meant is gathered first: the memory of thousands
 * of sessions is in no cache, and without system calls in between the processor fetches that of
 * several at once. Belongs to one event loop.
 */
final class SendBatch {
  static final int CAPACITY = SendRing.CAPACITY;

  /** Below that a ring's one system call is dearer than the others' few. */
  private static final int MIN_RING = 4;

  private final EngineIoSession[] sessions = new EngineIoSession[CAPACITY];
  private final Socket[] sockets = new Socket[CAPACITY];
  private final int[] numbers = new int[CAPACITY];
  private final int[] results = new int[CAPACITY];
  private final RealtimeMetrics metrics;
  private final Optional<SendRing> ring;
  private int count;

  /**
   * @param ring opened in the batch's event loop
   */
  SendBatch(RealtimeMetrics metrics, Optional<SendRing> ring) {
    this.metrics = metrics;
    this.ring = ring;
  }

  /** In the event loop that is to use it, and closed with that one. */
  static Optional<SendRing> openRing(EventLoop loop) {
    if (!(loop instanceof SingleThreadEventExecutor executor)) {
      return Optional.empty();
    }
    Optional<SendRing> ring = SendRing.open();
    ring.ifPresent(open -> executor.addShutdownHook(open::close));
    return ring;
  }

  /** The session must be {@linkplain EngineIoSession#isClear clear}. */
  void add(EngineIoSession session) {
    Socket socket = session.clearSocket();
    sessions[count] = session;
    sockets[count] = socket;
    numbers[count++] = socket.intValue();
  }

  boolean isFull() {
    return count == CAPACITY;
  }

  /** Sends to all that were added, and forgets them. */
  void send(OutboundFrame frame) {
    ByteBuf bytes = frame.bytes();
    if (count >= MIN_RING
        && bytes.hasMemoryAddress()
        && ring.isPresent()
        && ring.get().isUsable()) {
      ring.get()
          .send(numbers, count, bytes.memoryAddress() + bytes.readerIndex(), frame.size(), results);
    } else {
      for (int i = 0; i < count; i++) {
        results[i] = send(sockets[i], bytes);
      }
    }
    finish(frame);
  }

  private void finish(OutboundFrame frame) {
    int size = frame.size();
    int whole = 0;
    for (int i = 0; i < count; i++) {
      if (results[i] == size) {
        whole++;
      } else {
        sendRest(sessions[i], frame, Math.max(results[i], 0));
      }
    }
    metrics.framesSent(whole, (long) whole * size);
    Arrays.fill(sessions, 0, count, null);
    Arrays.fill(sockets, 0, count, null);
    count = 0;
  }

  /** How many bytes the socket took; none where it is broken, which the ordinary way handles. */
  static int send(Socket socket, ByteBuf bytes) {
    if (!bytes.hasMemoryAddress()) {
      return 0;
    }
    try {
      return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException broken) {
      return 0;
    }
  }

  /** One session's fault is not to be the others'. */
  private static void sendRest(EngineIoSession session, OutboundFrame frame, int sent) {
    try {
      session.sendRest(frame, sent);
    } catch (Throwable broken) {
      EngineIoServer.LOG.error("Failed to send to session {}", session.id(), broken);
      session.closeNow(CloseReason.INTERNAL_ERROR);
    }
  }
}
