package io.voicepresence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Census;
import io.voicepresence.presence.PresenceStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CensusMetricsTest {
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger counts = new AtomicInteger();

  @Test
  void aScrapeCountsOnce() {
    MeterRegistry registry = metrics(() -> new Census(List.of(1, 3, 40)));

    assertThat(scrape(registry)).containsExactly(3.0, 44.0, 40.0);
    assertThat(counts).hasValue(1);

    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(scrape(registry)).containsExactly(3.0, 44.0, 40.0);
    assertThat(counts).hasValue(2);
  }

  @Test
  void aScrapeOfAStoreThatIsOutOfReachWaitsForItOnce() {
    MeterRegistry registry =
        metrics(
            () -> {
              now.addAndGet(Duration.ofSeconds(3).toNanos());
              throw new RequestException(ErrorCode.UNAVAILABLE, "away");
            });

    assertThat(scrape(registry)).containsExactly(0.0, Double.NaN, Double.NaN);
    assertThat(counts).hasValue(1);
  }

  private MeterRegistry metrics(Supplier<Census> census) {
    PresenceStore store =
        (PresenceStore)
            Proxy.newProxyInstance(
                PresenceStore.class.getClassLoader(),
                new Class<?>[] {PresenceStore.class},
                (_, _, _) -> {
                  counts.incrementAndGet();
                  return census.get();
                });
    MeterRegistry registry = new SimpleMeterRegistry();
    new CensusMetrics(store, now::get).bindTo(registry);
    return registry;
  }

  /** Channels, users, users in the fullest one. */
  private static List<Double> scrape(MeterRegistry registry) {
    double channels =
        registry.get("voice.presence.channels").gauges().stream()
            .mapToDouble(gauge -> gauge.value())
            .filter(value -> !Double.isNaN(value))
            .sum();
    return List.of(
        channels,
        registry.get("voice.presence.active.users").gauge().value(),
        registry.get("voice.presence.channel.occupancy.max").gauge().value());
  }
}
