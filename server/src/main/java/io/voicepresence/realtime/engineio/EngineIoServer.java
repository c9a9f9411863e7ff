package io.voicepresence.realtime.engineio;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.voicepresence.origin.OriginPolicy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sessions of this process, and what they share. Thread-safe. */
public final class EngineIoServer {
  static final Logger LOG = LoggerFactory.getLogger(EngineIoServer.class);

  /** One for all servers of the process: nobody could say when a server sends its last. */
  private static final OutboundFrame PING = OutboundFrame.text("2");

  private final EngineIoSettings settings;
  private final OriginPolicy origins;
  private final RealtimeMetrics metrics;
  private final Function<EngineIoSession, EngineIoListener> listeners;
  private final LongSupplier nanoClock;
  private final Map<SecretId, EngineIoSession> sessions = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> emptied = new CompletableFuture<>();
  private final Map<EventLoop, SessionLoop> loops = new ConcurrentHashMap<>();
  private final AtomicInteger openSessions = new AtomicInteger();
  private final AtomicLong backlog = new AtomicLong();
  private final WebSocketDecoderConfig decoderConfig;
  private final long pingIntervalNanos;
  private final long pingTimeoutNanos;
  private final long lingerNanos;
  private volatile boolean stopping;

  /**
   * @param listeners makes the layer above for each new session, in the session's event loop
   */
  public EngineIoServer(
      EngineIoSettings settings,
      OriginPolicy origins,
      RealtimeMetrics metrics,
      Function<EngineIoSession, EngineIoListener> listeners) {
    this(settings, origins, metrics, listeners, System::nanoTime);
  }

  EngineIoServer(
      EngineIoSettings settings,
      OriginPolicy origins,
      RealtimeMetrics metrics,
      Function<EngineIoSession, EngineIoListener> listeners,
      LongSupplier nanoClock) {
    this.settings = settings;
    this.origins = origins;
    this.metrics = metrics;
    this.listeners = listeners;
    this.nanoClock = nanoClock;
    this.decoderConfig = WebSocketUpgrade.decoderConfig(settings.maxPayload());
    this.pingIntervalNanos = settings.pingInterval().toNanos();
    this.pingTimeoutNanos = settings.pingTimeout().toNanos();
    this.lingerNanos = settings.closeLinger().toNanos();
  }

  /**
   * Takes the WebSockets among the connections of a listening channel for this server, before any
   * handler of HTTP is made. All other connections pass to the handler of the channel, with all
   * that they sent.
   *
   * @param pipeline of a server channel whose handler for connections comes after this call, as
   *     when a {@code ServerBootstrap}'s {@code handler} calls it
   */
  public void acceptFrom(ChannelPipeline pipeline) {
    pipeline.addLast("engine-io-acceptor", new Acceptor(this));
  }

  /**
   * Puts the handlers of this server around the HTTP codec of a channel. What is no Socket.IO
   * request passes untouched to the handlers behind it.
   *
   * @param codec the name of the channel's {@code HttpServerCodec}
   */
  public void addTo(ChannelPipeline pipeline, String codec) {
    Channel channel = pipeline.channel();
    RequestClock clock =
        new RequestClock(
            new RequestDeadline(loopOf(channel), channel), settings.requestTimeout().toNanos());
    ChannelHandlerContext at = pipeline.context(codec);
    pipeline.addBefore(at.name(), "request-clock", clock);
    ChannelHandler requests = new EngineIoRequestHandler(this, clock);
    pipeline.addAfter(at.name(), "engine-io", requests);
  }

  /**
   * Closes every session and opens no more.
   *
   * @return completes when the last polling client has fetched the word of it, or has let {@link
   *     EngineIoSettings#closeLinger} pass
   */
  public CompletableFuture<Void> closeAll(CloseReason reason) {
    stopping = true;
    sessions.values().forEach(session -> session.close(reason));
    completeWhenEmpty();
    return emptied;
  }

  public EngineIoSettings settings() {
    return settings;
  }

  public int sessionCount() {
    return openSessions.get();
  }

  /** Bytes that wait for clients to read, all sessions together, to 50 ms. */
  public long backlogBytes() {
    return backlog.get();
  }

  /** The clock of all deadlines. */
  public long nanoTime() {
    return nanoClock.getAsLong();
  }

  OriginPolicy origins() {
    return origins;
  }

  /** May the page that sends this request talk to us? */
  boolean allowsOrigin(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return origins.allows(
        headers.get(HttpHeaderNames.ORIGIN, ""), headers.get(HttpHeaderNames.HOST, ""));
  }

  RealtimeMetrics metrics() {
    return metrics;
  }

  OutboundFrame pingFrame() {
    return PING;
  }

  WebSocketDecoderConfig decoderConfig() {
    return decoderConfig;
  }

  long pingIntervalNanos() {
    return pingIntervalNanos;
  }

  long pingTimeoutNanos() {
    return pingTimeoutNanos;
  }

  long lingerNanos() {
    return lingerNanos;
  }

  SessionLoop loopOf(Channel channel) {
    return loops.computeIfAbsent(
        channel.eventLoop(), loop -> new SessionLoop(loop, settings, nanoClock, metrics));
  }

  boolean isFull() {
    return stopping || openSessions.get() >= settings.maxSessions();
  }

  EngineIoListener listenerFor(EngineIoSession session) {
    return listeners.apply(session);
  }

  /** The session of that id, open or with last packets to fetch; null if there is none. */
  EngineIoSession find(String id) {
    return SecretId.parse(id).map(sessions::get).orElse(null);
  }

  /** Makes a session on {@code channel}'s event loop; it needs a transport to start. */
  EngineIoSession newSession(Channel channel, ConnectRequest request) {
    return new EngineIoSession(this, loopOf(channel), SecretId.random(), request);
  }

  void open(EngineIoSession session, Transport transport) {
    openSessions.incrementAndGet();
    sessions.put(session.id(), session);
    metrics.sessionOpened(transport.name());
    session.start(transport);
    if (stopping) {
      session.close(CloseReason.SHUTDOWN); // it came while closeAll was going through the others
    }
  }

  void forget(EngineIoSession session) {
    sessions.remove(session.id());
    completeWhenEmpty();
  }

  private void completeWhenEmpty() {
    if (stopping && sessions.isEmpty()) {
      emptied.complete(null);
    }
  }

  void onClosed(CloseReason reason) {
    openSessions.decrementAndGet();
    metrics.sessionClosed(reason);
  }

  long addBacklog(long bytes) {
    return backlog.addAndGet(bytes);
  }
}
