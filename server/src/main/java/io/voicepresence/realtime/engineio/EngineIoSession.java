package io.voicepresence.realtime.engineio;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One client's connection, over whichever transport. All of its state belongs to one event loop,
 * the one of its first request; a WebSocket that takes over moves to that loop, a polling request
 * on another one hops. The methods that are public here may be called from any thread.
 */
public final class EngineIoSession extends TimingWheel.Entry {
  private static final long NEVER = Long.MAX_VALUE;

  /** How long a poll waits for a WebSocket that is about to take over. */
  private static final int POLL_PAUSE_MILLIS = 10;

  private final EngineIoServer server;
  private final SessionLoop loop;
  private final String id;
  private volatile ConnectRequest request;
  private EngineIoListener listener;
  private volatile Transport transport;
  private WebSocketTransport candidate;
  private boolean probed;
  private CloseReason closeAfterUpgrade;
  private volatile boolean open = true;
  private boolean paused;
  private boolean awaitingPong;
  private long heartbeatDeadline;
  private long upgradeDeadline = NEVER;
  private long listenerDeadline = NEVER;
  private long armedFor = NEVER;
  private long backlog;

  EngineIoSession(EngineIoServer server, SessionLoop loop, String id, ConnectRequest request) {
    this.server = server;
    this.loop = loop;
    this.id = id;
    this.request = request;
    this.heartbeatDeadline = loop.now() + server.pingIntervalNanos();
  }

  /** 160 random bits, made by the server, in URL-safe base64. */
  public String id() {
    return id;
  }

  public EventLoop eventLoop() {
    return loop.eventLoop;
  }

  public ConnectRequest request() {
    return request;
  }

  /** Keeps less of the request that opened the session. */
  public void trimRequest() {
    request = request.trimmed();
  }

  public TransportName transport() {
    return transport.name();
  }

  public boolean isOpen() {
    return open;
  }

  /**
   * Sends a frame, which stays the caller's to release. In the session's event loop it goes out at
   * once; from elsewhere it hops, in the order of the calls. Nothing happens on a closed session.
   */
  public void send(OutboundFrame frame) {
    if (loop.eventLoop.inEventLoop()) {
      sendNow(frame);
      return;
    }
    frame.retain();
    loop.eventLoop.execute(
        () -> {
          try {
            sendNow(frame);
          } finally {
            frame.release();
          }
        });
  }

  /** Ends the session; the first reason counts. */
  public void close(CloseReason reason) {
    if (loop.eventLoop.inEventLoop()) {
      closeNow(reason);
    } else {
      loop.eventLoop.execute(() -> closeNow(reason));
    }
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

  EngineIoServer server() {
    return server;
  }

  SessionLoop loop() {
    return loop;
  }

  void start(Transport first) {
    transport = first;
    listener = server.listenerFor(this);
    arm();
  }

  private void sendNow(OutboundFrame frame) {
    if (!open || frame.isEmpty()) {
      return;
    }
    // What counts is what waits already: one frame alone, a large snapshot say, may exceed the
    // limit.
    if (transport.pendingBytes() > server.settings().maxOutboundPerSession()) {
      closeNow(CloseReason.SLOW_READER);
      return;
    }
    transport.send(frame);
    server.metrics().frameSent(frame.size());
    account();
  }

  /** Adds what waits for the client to what waits for all, and compares that with its limit. */
  void account() {
    long pending = transport.pendingBytes();
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
  boolean recountBacklog() {
    long pending = open ? transport.pendingBytes() : 0;
    server.addBacklog(pending - backlog);
    backlog = pending;
    return pending > 0;
  }

  void onText(WebSocketTransport from, String text) {
    server.metrics().packetReceived(text.length());
    onPacket(from, EngineIoCodec.decode(text));
  }

  void onBinary(WebSocketTransport from, byte[] bytes) {
    server.metrics().packetReceived(bytes.length);
    onPacket(from, new EngineIoPacket.Binary(bytes));
  }

  private void onPacket(WebSocketTransport from, EngineIoPacket packet) {
    if (from == candidate) {
      onCandidatePacket(packet);
    } else if (from == transport) {
      onPacket(packet);
    }
  }

  private void onPacket(EngineIoPacket packet) {
    if (!open) {
      return;
    }
    switch (packet) {
      case EngineIoPacket.Message message -> listener.onText(message.text());
      case EngineIoPacket.Binary binary -> listener.onBinary(binary.bytes());
      case EngineIoPacket.Pong pong -> onPong();
      case EngineIoPacket.Close close -> closeNow(CloseReason.CLIENT_CLOSED);
      case EngineIoPacket.Noop noop -> {}
      // Since revision 4 it is the server that pings.
      case EngineIoPacket.Ping ping -> closeNow(CloseReason.BAD_PACKET);
      case EngineIoPacket.Upgrade upgrade -> closeNow(CloseReason.BAD_PACKET);
      case EngineIoPacket.Malformed malformed -> closeNow(CloseReason.BAD_PACKET);
    }
  }

  // ---- polling -------------------------------------------------------------------------------

  void onPoll(HttpExchange exchange) {
    if (candidate == null) {
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
    if (!(transport instanceof PollingTransport polling)) {
      exchange.refuse(EngineIoError.BAD_REQUEST);
    } else if (!open) {
      onLastPoll(polling, exchange);
    } else if (polling.hasPoll()) {
      closeNow(CloseReason.DUPLICATE_REQUEST);
      exchange.refuse(EngineIoError.BAD_REQUEST);
    } else {
      polling.onPoll(exchange);
      if (probed) {
        polling.releasePoll();
      }
      account();
    }
  }

  /** The session is closed, but its last packets may have been kept for this request. */
  private void onLastPoll(PollingTransport polling, HttpExchange exchange) {
    if (!polling.onLastPoll(exchange)) {
      exchange.refuse(EngineIoError.UNKNOWN_SESSION);
    } else if (polling.isFinished()) {
      server.forget(this);
      loop.cancel(this);
    }
  }

  void onPost(HttpExchange exchange, String body) {
    closeIfPingTimedOut();
    if (!open) {
      exchange.refuse(EngineIoError.UNKNOWN_SESSION);
    } else if (!(transport instanceof PollingTransport polling)) {
      exchange.refuse(EngineIoError.BAD_REQUEST);
    } else if (polling.hasPost()) {
      closeNow(CloseReason.DUPLICATE_REQUEST);
      exchange.refuse(EngineIoError.BAD_REQUEST);
    } else {
      List<EngineIoPacket> packets = EngineIoCodec.decodePayload(body);
      if (packets.getLast() instanceof EngineIoPacket.Malformed) {
        closeNow(CloseReason.BAD_PACKET);
        exchange.refuse(EngineIoError.BAD_REQUEST);
        return;
      }
      server.metrics().packetReceived(body.length());
      packets.forEach(this::onPacket);
      polling.onPostHandled(exchange);
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
    if (!open || candidate != null || !(transport instanceof PollingTransport)) {
      return false;
    }
    candidate = webSocket;
    upgradeDeadline = loop.now() + server.settings().upgradeTimeout().toNanos();
    arm();
    return true;
  }

  private void onCandidatePacket(EngineIoPacket packet) {
    PollingTransport polling = (PollingTransport) transport;
    switch (packet) {
      case EngineIoPacket.Ping ping when ping.data().equals("probe") && !probed -> {
        probed = true;
        OutboundFrame answer = OutboundFrame.text("3probe");
        candidate.send(answer);
        answer.release();
        // The client pauses polling once its GET is answered, and only then upgrades.
        polling.releasePoll();
        account();
      }
      case EngineIoPacket.Upgrade upgrade when probed -> completeUpgrade(polling);
      default -> dropCandidate(CloseReason.BAD_PACKET);
    }
  }

  private void completeUpgrade(PollingTransport polling) {
    polling.releasePoll();
    if (paused) {
      polling.resume();
      candidate.pause();
    }
    transport = candidate;
    candidate = null;
    probed = false;
    upgradeDeadline = NEVER;
    for (OutboundFrame frame : polling.takeQueue()) {
      transport.send(frame);
      frame.release();
    }
    server.metrics().sessionUpgraded();
    account();
    closeIfPostponed();
  }

  private void closeIfPostponed() {
    if (closeAfterUpgrade != null) {
      closeNow(closeAfterUpgrade);
    }
  }

  private void dropCandidate(CloseReason reason) {
    WebSocketTransport dropped = candidate;
    candidate = null;
    probed = false;
    upgradeDeadline = NEVER;
    dropped.close(reason);
    closeIfPostponed();
  }

  /** A WebSocket broke or misbehaved. A mere candidate does not take the session with it. */
  void onWebSocketFailed(WebSocketTransport webSocket, CloseReason reason) {
    if (webSocket == candidate) {
      dropCandidate(reason);
    } else if (webSocket == transport && open) {
      closeNow(reason);
    } else {
      webSocket.close(reason);
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  /** One entry on the wheel serves all deadlines: it stands at the earliest, or before it. */
  private void arm() {
    if (!open) {
      return;
    }
    long earliest = Math.min(heartbeatDeadline, Math.min(upgradeDeadline, listenerDeadline));
    if (!isArmed() || earliest < armedFor) {
      armedFor = earliest;
      loop.schedule(this, earliest);
    }
  }

  @Override
  void onDeadline(long now) {
    if (!open) {
      // The last packets were kept long enough.
      server.forget(this);
      ((PollingTransport) transport).release();
      return;
    }
    if (upgradeDeadline <= now) {
      dropCandidate(CloseReason.UPGRADE_REFUSED);
    }
    if (heartbeatDeadline <= now) {
      onHeartbeatDeadline(now);
    }
    if (open && listenerDeadline <= now) {
      listenerDeadline = NEVER;
      listener.onDeadline();
    }
    arm();
  }

  private void onHeartbeatDeadline(long now) {
    if (awaitingPong && !paused) {
      closeNow(CloseReason.PING_TIMEOUT);
      return;
    }
    // A pause of the whole process must not cost the clients their time to answer.
    boolean onTime = now - heartbeatDeadline <= 4 * loop.tickNanos();
    heartbeatDeadline = (onTime ? heartbeatDeadline : now) + server.pingTimeoutNanos();
    if (!awaitingPong) {
      awaitingPong = true;
      sendNow(server.pingFrame());
    }
  }

  private void onPong() {
    if (awaitingPong) {
      awaitingPong = false;
      heartbeatDeadline = loop.now() + server.pingIntervalNanos();
    }
  }

  /** A request may come between the moment of the time-out and the tick that notices. */
  private void closeIfPingTimedOut() {
    if (open && awaitingPong && !paused && heartbeatDeadline <= loop.now()) {
      closeNow(CloseReason.PING_TIMEOUT);
    }
  }

  void closeNow(CloseReason reason) {
    if (!open) {
      return;
    }
    if (probed && closeAfterUpgrade == null && reason.mustReachClient()) {
      // The client has stopped polling: its last packets can only reach it by the new WebSocket.
      closeAfterUpgrade = reason;
      return;
    }
    open = false;
    loop.cancel(this);
    if (candidate != null) {
      dropCandidate(reason);
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
}
