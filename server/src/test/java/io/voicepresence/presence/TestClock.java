package io.voicepresence.presence;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. */
public final class TestClock implements StoreClock {
  public static final Instant START = Instant.parse("2026-11-22T06:00:00Z");

  private final AtomicLong elapsed = new AtomicLong();

  public void advance(Duration by) {
    elapsed.addAndGet(by.toMillis());
  }

  @Override
  public Instant now() {
    return START.plusMillis(elapsed.get());
  }

  @Override
  public long ticks() {
    return elapsed.get();
  }
}
