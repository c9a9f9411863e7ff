package io.voicepresence.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Writes log lines out at once while they come slowly or warn of something, and several together
 * while they come fast: a system call for each line was a third of the 33 us that a command takes
 * beside its deliveries. Who logs never writes: it may be an event loop, and standard output a pipe
 * that nobody reads.
 */
final class PacedConsole extends OutputStreamAppender<ILoggingEvent> {
  /** How long a line may wait for others. */
  static final Duration PACE = Duration.ofMillis(100);

  private final OutputStream out;
  private final LongSupplier nanoTime;
  private final BiConsumer<Duration, Runnable> later;

  /** Whether lines wait for a flush that is on its way. */
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** Whether a flush that warnings asked for has yet to begin: they share it. */
  private final AtomicBoolean urgent = new AtomicBoolean();

  private volatile long flushedAt;

  /**
   * @param out is flushed but never closed
   * @param nanoTime a clock that never goes back, in nanoseconds
   * @param later runs a task after a while, on another thread
   */
  PacedConsole(OutputStream out, LongSupplier nanoTime, BiConsumer<Duration, Runnable> later) {
    this.out = new WaitingLines(out, this::droppedLine);
    this.nanoTime = nanoTime;
    this.later = later;
    setImmediateFlush(false);
  }

  @Override
  public void start() {
    setOutputStream(out);
    flushedAt = nanoTime.getAsLong() - PACE.toNanos();
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    super.append(event);
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      if (urgent.compareAndSet(false, true)) {
        later.accept(Duration.ZERO, this::flushUrgent);
      }
    } else if (waiting.compareAndSet(false, true)) {
      Duration rest = PACE.minusNanos(nanoTime.getAsLong() - flushedAt);
      later.accept(rest.isPositive() ? rest : Duration.ZERO, this::flushWaiting);
    }
  }

  /** A warning that comes from now on may be too late for this flush, and asks for another. */
  private void flushUrgent() {
    urgent.set(false);
    flush();
  }

  /** What is written after the first line waits for a flush of its own. */
  private void flushWaiting() {
    waiting.set(false);
    flush();
  }

  /** A line like all others, so that who reads JSON gets JSON. */
  private byte[] droppedLine(long lines) {
    LoggingEvent event = new LoggingEvent();
    event.setInstant(Instant.now());
    event.setLevel(Level.WARN);
    event.setLoggerName(PacedConsole.class.getName());
    event.setThreadName(Thread.currentThread().getName());
    event.setMessage(lines + " log lines dropped: nobody took them in time");
    return getEncoder().encode(event);
  }

  /** Writes out what waits. */
  void flush() {
    flushedAt = nanoTime.getAsLong();
    try {
      out.flush();
    } catch (IOException nobodyReads) {
      addError("Failed to write the log", nobodyReads);
    }
  }

  /** Has another thread write out what waits, and returns when that is done or took too long. */
  void flush(Duration longest) {
    CompletableFuture<Void> flushed = new CompletableFuture<>();
    later.accept(
        Duration.ZERO,
        () -> {
          flush();
          flushed.complete(null);
        });
    // Unlike get, a join waits in a thread too that was told to hurry.
    flushed.completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** Standard output is not ours to close. */
  @Override
  protected void closeOutputStream() {
    flush();
  }
}
