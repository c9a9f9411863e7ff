package io.voicepresence.realtime.engineio;

import io.netty.channel.EventLoop;
import io.netty.channel.unix.Socket;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a session sends, and what of it waits for its client to read.
 *
 * <p>A superclass of the session and not a part of it, as {@link SessionHeartbeat} is.
 */
abstract sealed class SessionOutput extends SessionHeartbeat permits EngineIoSession {
  private static final OutboundFrame NONE = OutboundFrame.empty();

  /** More bytes than that are not copied to be one send; so many, and one answer more, may wait. */
  static final int MAX_JOINED = 16 * 1024;

  final EngineIoServer server;
  final SessionLoop loop;
  volatile Transport transport;
  volatile boolean open = true;
  private long backlog;

  /** The WebSocket's socket while nothing waits before it, so that it may be sent to directly. */
  private Socket clear;

  /** Answers of this turn, which go out at its end or with what is sent before; mostly none. */
  private OutboundFrame answers = NONE;

  SessionOutput(EngineIoServer server, SessionLoop loop) {
    super(loop.now() + server.pingIntervalNanos());
    this.server = server;
    this.loop = loop;
  }

  /** Ends the session; the first reason counts. In the event loop only. */
  abstract void closeNow(CloseReason reason);

  public final EventLoop eventLoop() {
    return loop.eventLoop;
  }

  public final TransportName transport() {
    return transport.name();
  }

  public final boolean isOpen() {
    return open;
  }

  /**
   * Sends a frame, which stays the caller's to release. In the session's event loop it goes out at
   * once; from elsewhere it hops, in the order of the calls. Nothing happens on a closed session.
   */
  public final void send(OutboundFrame frame) {
    if (loop.eventLoop.inEventLoop()) {
      sendNow(frame);
    } else {
      hop(frame, this::sendNow);
    }
  }

  /**
   * Sends the answer to a command at the end of the event loop's turn, or with the first that is
   * sent to this client until then: behind it where those are events, before it else. After all
   * that was handed to the event loop before, also from there; answers keep the order of the calls.
   * The frame stays the caller's to release.
   */
  public final void answer(OutboundFrame frame) {
    hop(frame, this::answerNow);
  }

  private void hop(OutboundFrame frame, Consumer<OutboundFrame> step) {
    frame.retain();
    loop.eventLoop.execute(
        () -> {
          try {
            step.accept(frame);
          } catch (Throwable broken) {
            fail(broken);
          } finally {
            frame.release();
          }
        });
  }

  /** Runs the task in the session's event loop, at once where this is it. */
  final void inEventLoop(Runnable task) {
    if (loop.eventLoop.inEventLoop()) {
      task.run();
    } else {
      loop.eventLoop.execute(task);
    }
  }

  final EngineIoServer server() {
    return server;
  }

  final SessionLoop loop() {
    return loop;
  }

  /**
   * Whether nothing waits for this client, so that the next frame may go to {@link #clearSocket}
   * past Netty. The socket may be closed before {@link #closeNow} comes to know of it, and its
   * number be another connection's.
   */
  final boolean isClear() {
    Socket socket = clear;
    return socket != null && answers == NONE && socket.isOpen();
  }

  /** As long as {@link #isClear}. */
  final Socket clearSocket() {
    return clear;
  }

  /** The socket took the first {@code sent} bytes of a frame, and the rest now has to wait. */
  final void sendRest(OutboundFrame frame, int sent) {
    clear = null;
    if (open && transport instanceof WebSocketTransport webSocket) {
      webSocket.sendRest(frame, sent);
      server.metrics().framesSent(1, frame.size());
      account();
    }
  }

  /** In the event loop only, as all that follows. */
  final void sendNow(OutboundFrame frame) {
    sendJoined(answers, frame);
  }

  /** Sends events, and the answers of this turn behind them. */
  final void sendEvents(OutboundFrame events) {
    sendJoined(events, answers);
  }

  /** Sends the answers of this turn that still wait. */
  final void sendAnswers() {
    try {
      sendJoined(answers, NONE);
    } catch (Throwable broken) {
      fail(broken);
    }
  }

  private void answerNow(OutboundFrame answer) {
    if (!open || answer.isEmpty()) {
      return;
    }
    if (answers.size() > MAX_JOINED) {
      sendAnswers();
    }
    if (answers == NONE) {
      EndOfTurn.run(loop.eventLoop, this::sendAnswers);
      answers = answer.retain();
    } else {
      OutboundFrame before = answers;
      answers = OutboundFrame.join(List.of(before, answer));
      before.release();
    }
  }

  /** One of the two is the answers that wait, which are taken by this. */
  private void sendJoined(OutboundFrame first, OutboundFrame second) {
    OutboundFrame waiting = answers;
    answers = NONE;
    try {
      if (first.isEmpty() || second.isEmpty() || first.size() + second.size() > MAX_JOINED) {
        transmit(first);
        transmit(second);
        return;
      }
      OutboundFrame both = OutboundFrame.join(List.of(first, second));
      try {
        transmit(both);
      } finally {
        both.release();
      }
    } finally {
      if (waiting != NONE) {
        waiting.release();
      }
    }
  }

  /** Who does not get what is due to it is not left waiting, but comes back for a snapshot. */
  private void fail(Throwable broken) {
    EngineIoServer.LOG.error("Failed to send to a client", broken);
    closeNow(CloseReason.INTERNAL_ERROR);
  }

  private void transmit(OutboundFrame frame) {
    if (!open || frame.isEmpty()) {
      return;
    }
    if (isClear()) {
      int sent = SendBatch.send(clear, frame.bytes());
      if (sent == frame.size()) {
        server.metrics().framesSent(1, sent);
      } else {
        sendRest(frame, sent);
      }
      return;
    }
    // What counts is what waits already: one frame alone, a large snapshot say, may exceed the
    // limit.
    if (transport.pendingBytes() > server.settings().maxOutboundPerSession()) {
      closeNow(CloseReason.SLOW_READER);
      return;
    }
    transport.send(frame);
    server.metrics().framesSent(1, frame.size());
    account();
  }

  /** Adds what waits for the client to what waits for all, and compares that with its limit. */
  final void account() {
    long pending = transport.pendingBytes();
    clear = pending == 0 && open ? transport.socket() : null;
    if (pending == backlog) {
      return; // nearly always: nothing waits, nothing waited
    }
    long grown = pending - backlog;
    if (backlog == 0) {
      loop.watchBacklog(this);
    }
    backlog = pending;
    long total = server.addBacklog(grown);
    if (grown > 0 && total > server.settings().maxOutboundTotal()) {
      closeNow(CloseReason.OVERLOADED);
    }
  }

  /** Called with each tick while bytes wait; false when none do any more. */
  final boolean recountBacklog() {
    long pending = open ? transport.pendingBytes() : 0;
    server.addBacklog(pending - backlog);
    backlog = pending;
    clear = pending == 0 && open ? transport.socket() : null;
    return pending > 0;
  }

  /** From now on nothing is sent past Netty. */
  final void blockClear() {
    clear = null;
  }
}
