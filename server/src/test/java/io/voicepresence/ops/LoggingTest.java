package io.voicepresence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.voicepresence.config.LogFormat;
import io.voicepresence.config.LogLevel;
import io.voicepresence.config.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class LoggingTest {
  private static final String FORGED =
      "x\r\n2026-11-22T06:00:00.000Z INFO  [main] a - forged\u2028\u0085\u001b[2J";

  private final LoggerContext context = new LoggerContext();

  private LoggingEvent event(String message, Throwable error) {
    LoggingEvent event =
        new LoggingEvent(
            "", context.getLogger("io.voicepresence.Test"), Level.WARN, message, error, null);
    event.setInstant(Instant.parse("2026-11-22T06:00:00.000400Z"));
    event.setThreadName("main");
    return event;
  }

  @Test
  void aTextLineHasTimeLevelThreadLoggerAndMessage() {
    assertThat(new TextLayout().doLayout(event("hello", null)))
        .isEqualTo("2026-11-22T06:00:00.000Z WARN  [main] io.voicepresence.Test - hello\n");
  }

  @Test
  void noMessageForgesATextLine() {
    String text = new TextLayout().doLayout(event(FORGED, null));

    assertThat(text)
        .endsWith(
            "x\\r\\n2026-11-22T06:00:00.000Z INFO  [main] a - forged\\u2028\\u0085\\u001b[2J\n");
    assertThat(text.lines()).hasSize(1);
  }

  @Test
  void noExceptionForgesATextLine() {
    String text =
        new TextLayout()
            .doLayout(event("hello", new IllegalStateException(FORGED, new IOException(FORGED))));

    assertThat(text.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("\t"));
    assertThat(text)
        .contains("\tCaused by: java.io.IOException: x\\r\\n", "\t  at io.voicepresence");
  }

  @Test
  void aJsonLineIsOneObject() throws IOException {
    String line = new JsonLayout().doLayout(event(FORGED, new IOException("a\nb")));

    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("timestamp").asText()).isEqualTo("2026-11-22T06:00:00.000Z");
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("logger").asText()).isEqualTo("io.voicepresence.Test");
    assertThat(json.get("thread").asText()).isEqualTo("main");
    assertThat(json.get("message").asText()).isEqualTo(FORGED);
    assertThat(json.get("error").asText()).startsWith("java.io.IOException: a\nb\n  at io.");
  }

  @Test
  void debugHoldsForOwnCodeAndNotForLibraries() {
    Logging.configure(context, new Settings.Logs(LogLevel.DEBUG, LogFormat.TEXT));

    assertThat(context.getLogger("io.voicepresence.Any").isDebugEnabled()).isTrue();
    assertThat(context.getLogger("io.netty.Any").isDebugEnabled()).isFalse();
    assertThat(context.getLogger("io.netty.Any").isInfoEnabled()).isTrue();
  }

  @Test
  void warnHoldsForAll() {
    Logging.configure(context, new Settings.Logs(LogLevel.WARN, LogFormat.JSON));

    assertThat(context.getLogger("io.netty.Any").isInfoEnabled()).isFalse();
    assertThat(context.getLogger("io.voicepresence.Any").isInfoEnabled()).isFalse();
  }

  @Test
  void onePlatformThreadWritesAll() throws InterruptedException {
    BlockingQueue<Thread> writers = new LinkedBlockingQueue<>();
    for (int i = 0; i < 3; i++) {
      Logging.later(Duration.ZERO, () -> writers.add(Thread.currentThread()));
    }

    Thread writer = writers.take();
    assertThat(writer.isVirtual()).isFalse();
    assertThat(writer.isDaemon()).isTrue();
    assertThat(writer.getName()).isEqualTo("log");
    assertThat(writers.take()).isSameAs(writer);
    assertThat(writers.take()).isSameAs(writer);
  }

  @Test
  void logbackFindsTheSetupAsAService() {
    assertThat(ServiceLoader.load(Configurator.class))
        .anyMatch(configurator -> configurator instanceof LogbackSetup);
  }
}
