package io.voicepresence.realtime.engineio;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sends one frame to many sockets, each with one system call of its own and nothing else. Who are
 * meant is gathered first: the memory of thousands of sessions is in no cache, and without system
 * calls in between the processor fetches that of several at once. Belongs to one event loop.
 */
final class SendBatch {
  static final int CAPACITY = 1024;

  private final EngineIoSession[] sessions = new EngineIoSession[CAPACITY];
  private final Socket[] sockets = new Socket[CAPACITY];
  private final RealtimeMetrics metrics;
  private int count;

  SendBatch(RealtimeMetrics metrics) {
    this.metrics = metrics;
  }

  /** The session must be {@linkplain EngineIoSession#isClear clear}. */
  void add(EngineIoSession session) {
    sessions[count] = session;
    sockets[count++] = session.clearSocket();
  }

  boolean isFull() {
    return count == CAPACITY;
  }

  /** Sends to all that were added, and forgets them. */
  void send(OutboundFrame frame) {
    int start = frame.bytes().readerIndex();
    int end = frame.bytes().writerIndex();
    boolean addressable = frame.bytes().hasMemoryAddress();
    long address = addressable ? frame.bytes().memoryAddress() : 0;
    int whole = 0;
    for (int i = 0; i < count; i++) {
      int sent = addressable ? send(sockets[i], address, start, end) : 0;
      if (sent == end - start) {
        whole++;
      } else {
        sendRest(sessions[i], frame, sent);
      }
    }
    metrics.framesSent(whole, (long) whole * frame.size());
    Arrays.fill(sessions, 0, count, null);
    Arrays.fill(sockets, 0, count, null);
    count = 0;
  }

  /** How many bytes the socket took; none where it is broken, which the ordinary way handles. */
  private static int send(Socket socket, long address, int start, int end) {
    try {
      return socket.sendAddress(address, start, end);
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
