package io.voicepresence.realtime.engineio;

import java.util.concurrent.TimeUnit;

/**
 * One client's connection, over whichever transport. All of its state belongs to one event loop,
 * the one of its first request; a WebSocket that takes over moves to that loop, a polling request
 * on another one hops. The methods that are public here may be called from any thread.
 */
public final class EngineIoSession extends SessionOutput {
  private static final long NEVER = Long.MAX_VALUE;

  /** How long a poll waits for a WebSocket that is about to take over. */
  private static final int POLL_PAUSE_MILLIS = 10;

  /** A tick that comes this many ticks late means that the whole process stood still. */
  private static final int LATE_TICKS = 4;

  private final SecretId id;
  private volatile ConnectRequest request;
  private EngineIoListener listener;
  private SessionUpgrade upgrade;
  private boolean paused;
  private long listenerDeadline = NEVER;

  EngineIoSession(EngineIoServer server, SessionLoop loop, SecretId id, ConnectRequest request) {
    super(server, loop);
    this.id = id;
    this.request = request;
  }

  /** Made by the server. */
  public SecretId id() {
    return id;
  }

  public ConnectRequest request() {
    return request;
  }

  /** Keeps less of the request that opened the session. */
  public void replaceRequest(ConnectRequest trimmed) {
    request = trimmed;
  }

  /** Ends the session; the first reason counts. */
  public void close(CloseReason reason) {
    inEventLoop(() -> closeNow(reason));
  }

  /**
   * Asks for one {@link EngineIoListener#onDeadline} at that time, instead of what was asked for
   * before. In the session's event loop only.
   *
   * @param nanos by {@link EngineIoServer#nanoTime}; {@code Long.MAX_VALUE} for never
   */
  public void setDeadline(long nanos) {
    listenerDeadline = nanos;
    arm();
  }

  /** Stops reading from this client; heartbeats wait meanwhile. In the event loop only. */
  public void pauseReading() {
    if (!paused && open) {
      paused = true;
      transport.pause();
    }
  }

  /** Ends {@link #pauseReading}. In the event loop only. */
  public void resumeReading() {
    if (paused) {
      paused = false;
      if (open) {
        transport.resume();
      }
    }
  }

  void start(Transport first) {
    transport = first;
    listener = server.listenerFor(this);
    arm();
  }

  void onPacket(WebSocketTransport from, EngineIoPacket packet) {
    if (upgrade != null && upgrade.isOf(from)) {
      upgrade.onPacket(packet);
    } else if (from == transport) {
      onPacket(packet);
    }
  }

  void onPacket(EngineIoPacket packet) {
    if (!open) {
      return;
    }
    switch (packet) {
      case EngineIoPacket.Message message -> listener.onText(message.text());
      case EngineIoPacket.Binary binary -> listener.onBinary(binary.bytes());
      case EngineIoPacket.Pong pong -> onPong(loop.now() + server.pingIntervalNanos());
      case EngineIoPacket.Close close -> closeNow(CloseReason.CLIENT_CLOSED);
      case EngineIoPacket.Noop noop -> {}
      // Since revision 4 it is the server that pings.
      case EngineIoPacket.Ping ping -> closeNow(CloseReason.BAD_PACKET);
      case EngineIoPacket.Upgrade again -> closeNow(CloseReason.BAD_PACKET);
      case EngineIoPacket.Malformed malformed -> closeNow(CloseReason.BAD_PACKET);
    }
  }

  // ---- polling -------------------------------------------------------------------------------

  void onPoll(HttpExchange exchange) {
    if (upgrade == null) {
      onPollNow(exchange);
      return;
    }
    // What the client said on the WebSocket before comes by another connection and may be unread
    // yet; the pause also keeps a client that waits for its probe from polling in a circle.
    var _ =
        loop.eventLoop.schedule(
            () -> onPollNow(exchange), POLL_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void onPollNow(HttpExchange exchange) {
    closeIfPingTimedOut();
    if (transport instanceof PollingTransport polling) {
      polling.onPoll(exchange);
    } else {
      exchange.refuse(EngineIoError.BAD_REQUEST);
    }
  }

  void onPost(HttpExchange exchange, String body) {
    closeIfPingTimedOut();
    if (!open) {
      exchange.refuse(EngineIoError.UNKNOWN_SESSION);
    } else if (transport instanceof PollingTransport polling) {
      polling.onPost(exchange, body);
    } else {
      exchange.refuse(EngineIoError.BAD_REQUEST);
    }
  }

  /** The connection of a request broke; where the request was waiting, the client is gone. */
  void onExchangeLost(HttpExchange exchange) {
    if (transport instanceof PollingTransport polling && polling.isWaiting(exchange)) {
      closeNow(CloseReason.TRANSPORT_LOST);
    }
  }

  // ---- upgrade -------------------------------------------------------------------------------

  /** May a WebSocket try to take over? Only one at a time, and only from polling. */
  boolean offerWebSocket(WebSocketTransport webSocket) {
    if (!open || upgrade != null || !(transport instanceof PollingTransport polling)) {
      return false;
    }
    long deadline = loop.now() + server.settings().upgradeTimeout().toNanos();
    upgrade = new SessionUpgrade(this, polling, webSocket, deadline);
    arm();
    return true;
  }

  /** Whether the client has stopped polling, because a WebSocket is about to take over. */
  boolean isProbed() {
    return upgrade != null && upgrade.isProbed();
  }

  void endUpgrade() {
    upgrade = null;
  }

  /** The upgrade is complete: from now on everything goes by the WebSocket. */
  void takeOver(PollingTransport polling, WebSocketTransport webSocket) {
    if (paused) {
      polling.resume();
      webSocket.pause();
    }
    transport = webSocket;
    upgrade = null;
    for (OutboundFrame frame : polling.takeQueue()) {
      webSocket.send(frame);
      frame.release();
    }
    server.metrics().sessionUpgraded();
    account();
  }

  /** A WebSocket broke or misbehaved. A mere candidate does not take the session with it. */
  void onWebSocketFailed(WebSocketTransport webSocket, CloseReason reason) {
    if (upgrade != null && upgrade.isOf(webSocket)) {
      upgrade.drop(reason);
    } else if (webSocket == transport && open) {
      closeNow(reason);
    } else {
      webSocket.close(reason);
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  /** One entry on the wheel serves all deadlines: it stands at the earliest, or before it. */
  private void arm() {
    if (open) {
      long upgraded = upgrade == null ? NEVER : upgrade.deadline();
      loop.schedule(this, Math.min(heartbeatDeadline(), Math.min(upgraded, listenerDeadline)));
    }
  }

  /** Without its place on the wheel a session would never be pinged again. */
  @Override
  void onFailure() {
    closeNow(CloseReason.INTERNAL_ERROR);
  }

  @Override
  void onDeadline(long now) {
    if (!open) {
      // The last packets were kept long enough.
      server.forget(this);
      ((PollingTransport) transport).release();
      return;
    }
    if (upgrade != null && upgrade.deadline() <= now) {
      upgrade.drop(CloseReason.UPGRADE_REFUSED);
    }
    if (heartbeatDeadline() <= now) {
      onHeartbeatDeadline(now);
    }
    if (open && listenerDeadline <= now) {
      listenerDeadline = NEVER;
      listener.onDeadline();
    }
    arm();
  }

  private void onHeartbeatDeadline(long now) {
    // While reading is paused a pong may have come and lie unread.
    if (!paused && isPongOverdue(now)) {
      closeNow(CloseReason.PING_TIMEOUT);
    } else if (beat(now, LATE_TICKS * loop.tickNanos(), server.pingTimeoutNanos())) {
      sendNow(server.pingFrame());
    }
  }

  /** A request may come between the moment of the time-out and the tick that notices. */
  private void closeIfPingTimedOut() {
    if (open && !paused && isPongOverdue(loop.now())) {
      closeNow(CloseReason.PING_TIMEOUT);
    }
  }

  // ---- end -----------------------------------------------------------------------------------

  @Override
  void closeNow(CloseReason reason) {
    if (!open || (upgrade != null && upgrade.postponeClose(reason))) {
      return;
    }
    sendAnswers();
    if (!open) {
      return; // they could not be sent
    }
    open = false;
    blockClear();
    loop.cancel(this);
    if (upgrade != null) {
      upgrade.drop(reason);
    }
    boolean keep = transport.close(reason);
    if (keep) {
      loop.schedule(this, loop.now() + server.lingerNanos());
    } else {
      server.forget(this);
    }
    server.onClosed(reason);
    listener.onClose(reason);
  }

  /** The client has fetched the last packets of a closed session. */
  void forget() {
    server.forget(this);
    loop.cancel(this);
  }
}
