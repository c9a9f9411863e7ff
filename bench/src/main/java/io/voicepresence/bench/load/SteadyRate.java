package io.voicepresence.bench.load;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Open loop: updates go out at scheduled times, whatever the server does, and latency counts from
 * the scheduled time. So a slow server cannot hide by slowing the load down (no coordinated
 * omission).
 */
public final class SteadyRate extends UpdateRun {
  private static final long TICK_MICROS = 500;

  private final double perSecond;
  private long startedAt;
  private long until;
  private long scheduled;
  private Future<?> ticks;

  private SteadyRate(Crowd crowd, double perSecond, Duration patience) {
    super(crowd, patience);
    this.perSecond = perSecond;
  }

  /** Runs for a time at so many updates a second. */
  public static LoadResult run(Crowd crowd, double perSecond, Duration duration) {
    return run(crowd, perSecond, duration, PATIENCE);
  }

  static LoadResult run(Crowd crowd, double perSecond, Duration duration, Duration patience) {
    return new SteadyRate(crowd, perSecond, patience).run(duration);
  }

  @Override
  void start(long until) {
    this.until = until;
    startedAt = System.nanoTime();
    ticks = crowd().loop().scheduleAtFixedRate(this::tick, 0, TICK_MICROS, TimeUnit.MICROSECONDS);
  }

  @Override
  void delivered() {
    // The clock alone says when the next one goes out.
  }

  private void tick() {
    long now = System.nanoTime();
    while (true) {
      long at = startedAt + (long) (scheduled * 1e9 / perSecond);
      if (at >= until) {
        ticks.cancel(false);
        stopSending();
        return;
      }
      if (at > now) {
        return;
      }
      scheduled++;
      speak(at);
    }
  }
}
