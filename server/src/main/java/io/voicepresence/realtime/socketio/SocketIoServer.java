package io.voicepresence.realtime.socketio;

import io.netty.channel.ChannelPipeline;
import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.EngineIoServer;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.engineio.RealtimeMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Socket.IO server: the namespaces, and the Engine.IO server below them. Thread-safe. */
public final class SocketIoServer {
  static final Logger LOG = LoggerFactory.getLogger(SocketIoServer.class);

  /** Further away than any expiry that means something, and far from the end of the nano clock. */
  private static final Duration LONGEST_EXPIRY = Duration.ofDays(3650);

  private final EngineIoServer engine;
  private final SocketIoSettings settings;
  private final SocketIoCodec codec;
  private final Map<String, NamespaceHandler> namespaces;
  private final InstantSource clock;

  /**
   * @param namespaces handlers by exact name, {@code /} among them
   * @param clock tells {@link SocketIoSocket#expireAt} how far away a moment is
   */
  public SocketIoServer(
      EngineIoSettings engineSettings,
      SocketIoSettings settings,
      OriginPolicy origins,
      RealtimeMetrics metrics,
      InstantSource clock,
      Map<String, NamespaceHandler> namespaces) {
    this.settings = settings;
    this.codec = new SocketIoCodec(settings.maxAttachments());
    this.namespaces = Map.copyOf(namespaces);
    this.clock = clock;
    this.engine =
        new EngineIoServer(
            engineSettings, origins, metrics, session -> new SocketIoConnection(this, session));
  }

  /** Takes WebSockets in; see {@link EngineIoServer#acceptFrom}. */
  public void acceptFrom(ChannelPipeline pipeline) {
    engine.acceptFrom(pipeline);
  }

  /** Puts this server into a channel; see {@link EngineIoServer#addTo}. */
  public void addTo(ChannelPipeline pipeline, String codecName) {
    engine.addTo(pipeline, codecName);
  }

  /**
   * Closes every session and opens no more. No DISCONNECT packet is sent, so that clients see
   * {@code transport close} and connect again, elsewhere.
   *
   * @return completes when the clients have been told; see {@link EngineIoServer#closeAll}
   */
  public CompletableFuture<Void> closeAll(CloseReason reason) {
    return engine.closeAll(reason);
  }

  public EngineIoServer engine() {
    return engine;
  }

  SocketIoSettings settings() {
    return settings;
  }

  SocketIoCodec codec() {
    return codec;
  }

  int maxPayload() {
    return engine.settings().maxPayload();
  }

  boolean hasOneNamespace() {
    return namespaces.size() == 1;
  }

  NamespaceHandler handlerOf(String namespace) {
    return namespaces.get(namespace);
  }

  long nanoTime() {
    return engine.nanoTime();
  }

  long nanosAt(Instant moment) {
    Instant now = clock.instant();
    if (moment.isAfter(now.plus(LONGEST_EXPIRY))) {
      return Long.MAX_VALUE;
    }
    return moment.isBefore(now) ? nanoTime() : nanoTime() + Duration.between(now, moment).toNanos();
  }
}
