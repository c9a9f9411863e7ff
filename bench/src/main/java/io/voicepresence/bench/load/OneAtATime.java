package io.voicepresence.bench.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closed loop: the next update goes out only when everybody has the last one. */
public final class OneAtATime extends UpdateRun {
  private long until;
  private boolean stopped;

  private OneAtATime(Crowd crowd, Duration patience) {
    super(crowd, patience);
  }

  /** Runs for a time. */
  public static LoadResult run(Crowd crowd, Duration duration) {
    return run(crowd, duration, PATIENCE);
  }

  static LoadResult run(Crowd crowd, Duration duration, Duration patience) {
    return new OneAtATime(crowd, patience).run(duration);
  }

  @Override
  void start(long until) {
    this.until = until;
    speak(System.nanoTime());
    // One that gets lost must not make the run wait for ever.
    var _ = crowd().loop().schedule(this::stop, until - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  void delivered() {
    if (outstanding() == 0 && !stopped) {
      long now = System.nanoTime();
      if (now < until) {
        speak(now);
      } else {
        stop();
      }
    }
  }

  private void stop() {
    if (!stopped) {
      stopped = true;
      stopSending();
    }
  }
}
