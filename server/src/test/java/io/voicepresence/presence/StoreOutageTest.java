package io.voicepresence.presence;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StoreOutageTest {
  private final TestClock clock = new TestClock();

  @Test
  void anOutageIsTwoLinesAndOneThatFlickersNoMoreThanAPairInTenSeconds() {
    Logger logger = (Logger) LoggerFactory.getLogger("store-outage-test");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    StoreOutage outage = new StoreOutage(logger, "look", () -> clock.ticks() * 1_000_000);
    outage.worked();
    for (int i = 0; i < 1_000; i++) {
      outage.failed(new RequestException(ErrorCode.UNAVAILABLE, "out of reach"));
    }
    for (int i = 0; i < 1_000; i++) {
      outage.worked();
      outage.failed(new RequestException(ErrorCode.UNAVAILABLE, "out of reach"));
    }
    assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
        .isEqualTo(List.of("Failed to look, trying on: out of reach", "It works again to look"));

    clock.advance(Duration.ofSeconds(10));
    outage.failed(new IllegalStateException("on purpose"));
    assertThat(lines.list).hasSize(3);
  }
}
