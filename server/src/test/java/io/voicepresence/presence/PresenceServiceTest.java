package io.voicepresence.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PresenceServiceTest {
  @Test
  void aThousandCommandsThatAStoreOutOfReachCostsAreOneLine() {
    PresenceStore down =
        (PresenceStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (proxy, method, args) -> {
                  throw new RequestException(ErrorCode.UNAVAILABLE, "out of reach");
                });
    PresenceService service =
        new PresenceService(down, new ChannelGate(new OpenChannelAccess()), () -> 0);
    Logger logger = (Logger) LoggerFactory.getLogger(PresenceService.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);

    for (int i = 0; i < 1_000; i++) {
      assertThatThrownBy(
              () -> service.leaveVoiceChannel(new UserId("ann"), new ChannelId("lounge")))
          .isInstanceOf(RequestException.class);
    }

    logger.detachAppender(lines);
    assertThat(lines.list)
        .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .hasSize(1);
  }
}
