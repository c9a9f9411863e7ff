package io.voicepresence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PacedConsoleTest {
  private final LoggerContext context = new LoggerContext();
  private final List<String> written = new CopyOnWriteArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private final List<Runnable> tasks = new ArrayList<>();
  private volatile Runnable beforeWrite = () -> {};
  private long now = 1_000;
  private PacedConsole console;

  private volatile BiConsumer<Duration, Runnable> later =
      (wait, task) -> {
        waits.add(wait);
        tasks.add(task);
      };

  @BeforeEach
  void start() {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("a byte alone");
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            beforeWrite.run();
            written.add(new String(bytes, from, length, StandardCharsets.UTF_8));
          }

          @Override
          public void close() {
            throw new AssertionError("closed");
          }
        };
    console = new PacedConsole(out, () -> now, (wait, task) -> later.accept(wait, task));
    context.setMDCAdapter(new LogbackMDCAdapter());
    console.setContext(context);
    console.setEncoder(encoder(new TextLayout()));
    console.start();
  }

  private LayoutWrappingEncoder<ILoggingEvent> encoder(Layout<ILoggingEvent> layout) {
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setLayout(layout);
    layout.start();
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  @Test
  void aLineThatComesAloneIsWrittenAtOnceButByAnotherThread() {
    log(Level.INFO, "one");
    assertThat(written).isEmpty();
    runTasks();
    now += PacedConsole.PACE.toNanos();
    log(Level.INFO, "two");
    runTasks();

    assertThat(written).hasSize(2);
    assertThat(waits).containsExactly(Duration.ZERO, Duration.ZERO);
  }

  @Test
  void linesThatComeFastAreWrittenTogetherAndNoneIsForgotten() {
    log(Level.INFO, "one");
    runTasks();
    now += Duration.ofMillis(30).toNanos();
    log(Level.INFO, "two");
    log(Level.INFO, "three");
    assertThat(written).hasSize(1);
    assertThat(waits).containsExactly(Duration.ZERO, Duration.ofMillis(70));

    now += Duration.ofMillis(70).toNanos();
    runTasks();
    assertThat(written).hasSize(2);
    assertThat(written.getLast()).contains("two\n", "three\n");

    log(Level.INFO, "four");
    runTasks();
    assertThat(written.getLast()).endsWith("four\n");
  }

  @Test
  void aWarningNeverWaitsAndTakesAlongWhatDoes() {
    log(Level.INFO, "one");
    runTasks();
    log(Level.INFO, "two");
    log(Level.WARN, "three");
    assertThat(waits.getLast()).isZero();
    tasks.getLast().run();

    assertThat(written).hasSize(2);
    assertThat(written.getLast()).contains("two\n", "three\n");
  }

  @Test
  void linesThatNobodyTakesAreDroppedWithAWordAboutIt() {
    logTooMuch();
    runTasks();

    assertThat(written).hasSize(1);
    assertThat(written.getFirst().length()).isLessThan(WaitingLines.MAX_BYTES);
    assertThat(written.getFirst()).endsWith("2 log lines dropped: nobody took them in time\n");
    log(Level.INFO, "on it goes");
    runTasks();
    assertThat(written.getLast()).endsWith("on it goes\n");
  }

  @Test
  void whatWasDroppedIsToldInJsonToo() throws IOException {
    console.setEncoder(encoder(new JsonLayout()));
    logTooMuch();
    runTasks();

    List<String> lines = written.getFirst().lines().toList();
    JsonNode told = new ObjectMapper().readTree(lines.getLast());
    assertThat(told.get("message").asText())
        .isEqualTo("2 log lines dropped: nobody took them in time");
    assertThat(told.get("level").asText()).isEqualTo("WARN");
    assertThat(told.get("logger").asText()).isEqualTo(PacedConsole.class.getName());
    assertThat(told.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(told.get("timestamp").asText()).isNotEmpty();
  }

  @Test
  @Timeout(30)
  void nobodyWhoLogsWaitsForAWriteAndWarningsShareTheNext() throws InterruptedException {
    CountDownLatch writes = new CountDownLatch(1);
    CountDownLatch reads = new CountDownLatch(1);
    beforeWrite =
        () -> {
          writes.countDown();
          await(reads);
        };
    log(Level.WARN, "first");
    Thread writer = Thread.ofPlatform().daemon().start(tasks.removeFirst());
    writes.await();
    for (int i = 0; i < 1_000; i++) {
      log(Level.WARN, "warning " + i);
    }
    assertThat(written).isEmpty();
    assertThat(tasks).hasSize(1);

    reads.countDown();
    writer.join();
    runTasks();
    assertThat(written.getLast()).contains("warning 0\n").endsWith("warning 999\n");
    log(Level.WARN, "another");
    assertThat(tasks).hasSize(1);
  }

  @Test
  @Timeout(30)
  void theLastFlushWaitsForTheWriteButNotForever() throws InterruptedException {
    CountDownLatch reads = new CountDownLatch(1);
    beforeWrite = () -> await(reads);
    log(Level.INFO, "last");
    Thread end = Thread.ofPlatform().daemon().start(() -> console.flush(Duration.ofMillis(10)));
    end.join();
    assertThat(written).isEmpty();

    reads.countDown();
    later = (_, task) -> Thread.ofPlatform().daemon().start(task);
    console.flush(Duration.ofSeconds(30));
    assertThat(written).hasSize(1);
    assertThat(written.getFirst()).endsWith("last\n");
  }

  @Test
  void aStopWritesTheRestAndLeavesTheStreamOpen() {
    log(Level.INFO, "one");
    log(Level.INFO, "two");
    console.stop();

    assertThat(String.join("", written)).contains("one\n", "two\n");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException timeout) {
      throw new AssertionError(timeout);
    }
  }

  private void runTasks() {
    tasks.forEach(Runnable::run);
    tasks.clear();
  }

  /** Three lines, of which there is room for one. */
  private void logTooMuch() {
    String half = "x".repeat(WaitingLines.MAX_BYTES / 2);
    for (int i = 0; i < 3; i++) {
      log(Level.INFO, half);
    }
  }

  private void log(Level level, String message) {
    console.doAppend(
        new LoggingEvent(
            "", context.getLogger("io.voicepresence.Test"), level, message, null, null));
  }
}
