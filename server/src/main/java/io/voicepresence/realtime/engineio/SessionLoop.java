package io.voicepresence.realtime.engineio;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the sessions of one event loop share: the wheel with all their deadlines, and the list of
 * those whose clients have bytes waiting. One timer of the event loop drives both, and only while
 * there is something to drive. Confined to its event loop.
 */
final class SessionLoop {
  private static final int WHEEL_BUCKETS = 1024;

  final EventLoop eventLoop;
  private final LongSupplier nanoClock;
  private final long tickNanos;
  private final TimingWheel wheel;
  private List<SessionOutput> backlogged = new ArrayList<>();
  private final RealtimeMetrics metrics;
  private final boolean rings;
  private Future<?> ticker;

  /** Made with the first broadcast. */
  private SendBatch batch;

  SessionLoop(
      EventLoop eventLoop,
      EngineIoSettings settings,
      LongSupplier nanoClock,
      RealtimeMetrics metrics) {
    this.eventLoop = eventLoop;
    this.rings = settings.rings();
    this.metrics = metrics;
    this.tickNanos = settings.tick().toNanos();
    this.nanoClock = nanoClock;
    this.wheel = new TimingWheel(tickNanos, WHEEL_BUCKETS, nanoClock.getAsLong());
  }

  long now() {
    return nanoClock.getAsLong();
  }

  long tickNanos() {
    return tickNanos;
  }

  /** What a broadcast in this loop sends with; empty between two. */
  SendBatch batch() {
    if (batch == null) {
      Optional<SendRing> ring = rings ? SendBatch.openRing(eventLoop) : Optional.empty();
      EngineIoServer.LOG.info(
          "Broadcasts are sent {}", ring.isPresent() ? "by io_uring" : "socket by socket");
      batch = new SendBatch(metrics, ring);
    }
    return batch;
  }

  void schedule(TimingWheel.Entry entry, long deadlineNanos) {
    wheel.schedule(entry, deadlineNanos);
    startTicker();
  }

  void cancel(TimingWheel.Entry entry) {
    wheel.cancel(entry);
  }

  /** {@code session}'s bytes wait; they are counted anew with each tick until they are gone. */
  void watchBacklog(SessionOutput session) {
    backlogged.add(session);
    startTicker();
  }

  private void startTicker() {
    if (ticker == null) {
      ticker =
          eventLoop.scheduleAtFixedRate(this::tick, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void tick() {
    wheel.advance(now());
    if (!backlogged.isEmpty()) {
      List<SessionOutput> before = backlogged;
      backlogged = new ArrayList<>();
      for (SessionOutput session : before) {
        try {
          if (session.recountBacklog()) {
            backlogged.add(session);
          }
        } catch (Throwable failed) {
          EngineIoServer.LOG.error("Failed to count what waits for a client", failed);
          session.closeNow(CloseReason.INTERNAL_ERROR);
        }
      }
    }
    if (wheel.size() == 0 && backlogged.isEmpty()) {
      ticker.cancel(false);
      ticker = null;
    }
  }
}
