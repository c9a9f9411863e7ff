package io.voicepresence.realtime.engineio;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Every limit of the Engine.IO layer.
 *
 * @param pingInterval between a client's pong and the next ping
 * @param pingTimeout how long a ping may stay unanswered
 * @param upgradeTimeout how long a WebSocket may take to take over from polling
 * @param requestTimeout how long an HTTP request may take to arrive, head and body together
 * @param closeLinger how long a closed connection is drained, and a closed polling session may
 *     still fetch its last packets
 * @param maxPayload bytes of one WebSocket message, or of one polling body, from a client
 * @param maxFragments WebSocket frames that may make up one message
 * @param maxOutboundPerSession bytes that may wait for one client to read when a frame is sent to
 *     it; more closes it
 * @param maxOutboundTotal bytes that may wait for all clients together; a session that adds to them
 *     beyond is closed
 * @param maxSessions sessions open at once; more are answered 503
 * @param rings whether broadcasts may go out by io_uring, where the system allows it
 */
public record EngineIoSettings(
    Duration pingInterval,
    Duration pingTimeout,
    Duration upgradeTimeout,
    Duration requestTimeout,
    Duration closeLinger,
    int maxPayload,
    int maxFragments,
    long maxOutboundPerSession,
    long maxOutboundTotal,
    int maxSessions,
    boolean rings) {

  /** 25 s, 20 s, 10 s, 10 s, 2 s; 64 KiB, 1,024; 1 MiB, 256 MiB; 1,000,000; no rings. */
  public static final EngineIoSettings DEFAULT =
      new EngineIoSettings(
          Duration.ofSeconds(25),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          64 * 1024,
          1024,
          1024 * 1024,
          256L * 1024 * 1024,
          1_000_000,
          false);

  public EngineIoSettings {
    positive("pingInterval", pingInterval);
    positive("pingTimeout", pingTimeout);
    positive("upgradeTimeout", upgradeTimeout);
    positive("requestTimeout", requestTimeout);
    positive("closeLinger", closeLinger);
    require(maxPayload > 0, "maxPayload must be positive");
    require(maxFragments > 0, "maxFragments must be positive");
    require(maxSessions > 0, "maxSessions must be positive");
    // An echo of the largest message must fit, whatever the framing adds.
    require(
        maxOutboundPerSession > maxPayload, "maxOutboundPerSession must be larger than maxPayload");
    require(
        maxOutboundTotal >= maxOutboundPerSession,
        "maxOutboundTotal must be at least maxOutboundPerSession");
  }

  public EngineIoSettings withHeartbeat(Duration interval, Duration timeout) {
    return changed(
        copy -> {
          copy.pingInterval = interval;
          copy.pingTimeout = timeout;
        });
  }

  public EngineIoSettings withTimeouts(Duration upgrade, Duration request, Duration linger) {
    return changed(
        copy -> {
          copy.upgradeTimeout = upgrade;
          copy.requestTimeout = request;
          copy.closeLinger = linger;
        });
  }

  public EngineIoSettings withMaxPayload(int bytes) {
    return changed(copy -> copy.maxPayload = bytes);
  }

  public EngineIoSettings withMaxOutbound(long perSession, long total) {
    return changed(
        copy -> {
          copy.maxOutboundPerSession = perSession;
          copy.maxOutboundTotal = total;
        });
  }

  public EngineIoSettings withMaxSessions(int sessions) {
    return changed(copy -> copy.maxSessions = sessions);
  }

  public EngineIoSettings withRings(boolean allowed) {
    return changed(copy -> copy.rings = allowed);
  }

  private EngineIoSettings changed(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.toSettings();
  }

  /**
   * The step of the timing wheel: at most 50 ms, so that deadlines hold to 100 ms, and a twentieth
   * of the ping time-out where that is shorter.
   */
  Duration tick() {
    return Duration.ofMillis(Math.clamp(pingTimeout.toMillis() / 20, 1, 50));
  }

  private static void positive(String name, Duration value) {
    require(value.isPositive(), name + " must be positive");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  /** The one place that lists all components again. */
  private static final class Copy {
    private Duration pingInterval;
    private Duration pingTimeout;
    private Duration upgradeTimeout;
    private Duration requestTimeout;
    private Duration closeLinger;
    private int maxPayload;
    private int maxFragments;
    private long maxOutboundPerSession;
    private long maxOutboundTotal;
    private int maxSessions;
    private boolean rings;

    Copy(EngineIoSettings of) {
      pingInterval = of.pingInterval;
      pingTimeout = of.pingTimeout;
      upgradeTimeout = of.upgradeTimeout;
      requestTimeout = of.requestTimeout;
      closeLinger = of.closeLinger;
      maxPayload = of.maxPayload;
      maxFragments = of.maxFragments;
      maxOutboundPerSession = of.maxOutboundPerSession;
      maxOutboundTotal = of.maxOutboundTotal;
      maxSessions = of.maxSessions;
      rings = of.rings;
    }

    EngineIoSettings toSettings() {
      return new EngineIoSettings(
          pingInterval,
          pingTimeout,
          upgradeTimeout,
          requestTimeout,
          closeLinger,
          maxPayload,
          maxFragments,
          maxOutboundPerSession,
          maxOutboundTotal,
          maxSessions,
          rings);
    }
  }
}
