package io.voicepresence.presence;

import java.time.Instant;

/**
 * The store's clock. Deadlines run on {@link #ticks()}, which nobody can set back or forward;
 * {@link #now()} is for what people and versions see.
 */
public interface StoreClock {

  /** The time of day, to the millisecond. */
  Instant now();

  /** Milliseconds since some fixed moment; never goes back. */
  long ticks();

  /** This machine's clocks. */
  static StoreClock system() {
    return new StoreClock() {
      @Override
      public Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
      }

      @Override
      public long ticks() {
        return System.nanoTime() / 1_000_000;
      }
    };
  }
}
