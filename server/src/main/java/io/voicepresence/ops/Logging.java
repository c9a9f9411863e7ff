package io.voicepresence.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import io.voicepresence.config.LogFormat;
import io.voicepresence.config.LogLevel;
import io.voicepresence.config.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Sets up Logback in code: its XML reader would cost the start more than all the rest of it. */
public final class Logging {
  private static final String OWN_CODE = "io.voicepresence";

  /** How long an end waits for whoever reads the log. */
  private static final Duration LAST_FLUSH = Duration.ofSeconds(1);

  private static final String CONSOLE = "console";

  /** A thread of its own: a write that nobody reads holds its carrier where it is virtual. */
  private static final ScheduledExecutorService WRITING =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("log").daemon().factory());

  private Logging() {}

  /** Logs as {@code logs} says from now on, to standard output. */
  public static void configure(Settings.Logs logs) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      configure(context, logs);
      Runtime.getRuntime().addShutdownHook(new Thread(Logging::flush, "log-flush"));
    }
  }

  /**
   * Writes out the lines that wait: the last thing before the end, which comes within a second even
   * where nobody reads them.
   */
  public static void flush() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE)
            instanceof PacedConsole console) {
      console.flush(LAST_FLUSH);
    }
  }

  /** Runs a task on the one thread that writes log lines. */
  static void later(Duration wait, Runnable task) {
    var _ = WRITING.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  static void configure(LoggerContext context, Settings.Logs logs) {
    Layout<ILoggingEvent> layout =
        switch (logs.format()) {
          case LogFormat.TEXT -> new TextLayout();
          case LogFormat.JSON -> new JsonLayout();
        };
    layout.setContext(context);
    layout.start();

    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();

    PacedConsole console =
        new PacedConsole(ConsoleTarget.SystemOut.getStream(), System::nanoTime, Logging::later);
    console.setContext(context);
    console.setName(CONSOLE);
    console.setEncoder(encoder);
    console.start();

    Level level = level(logs.level());
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    // Below info, libraries log the headers of requests, and with them tokens.
    root.setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
    root.addAppender(console);
    context.getLogger(OWN_CODE).setLevel(level);
    // It logs a port that is taken with a stack trace; Main says the same in one line.
    context.getLogger("io.micronaut.http.server.netty.NettyHttpServer").setLevel(Level.OFF);
    // It warns of each try to connect; the store's own log says when Redis goes and comes.
    context.getLogger("io.lettuce").setLevel(Level.ERROR);
  }

  private static Level level(LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }
}
