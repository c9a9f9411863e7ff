package io.voicepresence.realtime.room;

import java.time.Duration;

/** Lets time pass; in tests, what is to happen in that time. */
@FunctionalInterface
public interface Sleeper {
  /** Sleeps for real. */
  Sleeper REAL = Thread::sleep;

  void sleep(Duration time) throws InterruptedException;
}
