package io.voicepresence.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.voicepresence.presence.Census;
import io.voicepresence.presence.PresenceStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Active users and channel occupancy, counted when somebody looks. Channels are grouped by size: a
 * series for each channel would grow without bound.
 */
public final class CensusMetrics implements MeterBinder {
  /** Counting walks over all channels, and one look at the metrics asks for several gauges. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger log = LoggerFactory.getLogger(CensusMetrics.class);

  private record SizeRange(int from, int to) {
    String label() {
      return to == Integer.MAX_VALUE ? from + "+" : from == to ? "" + from : from + "-" + to;
    }

    boolean holds(int users) {
      return from <= users && users <= to;
    }
  }

  private static final List<SizeRange> RANGES =
      List.of(
          new SizeRange(1, 1),
          new SizeRange(2, 5),
          new SizeRange(6, 10),
          new SizeRange(11, 25),
          new SizeRange(26, 100),
          new SizeRange(101, 1_000),
          new SizeRange(1_001, Integer.MAX_VALUE));

  private final PresenceStore store;
  private final LongSupplier nanoTime;
  private Optional<Census> census = Optional.empty();
  private long countedAt;
  private boolean counted;

  public CensusMetrics(PresenceStore store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge("voice.presence.active.users", Census::activeUsers)
        .description("Users in voice, over all channels")
        .register(registry);
    gauge(
            "voice.presence.channel.occupancy.max",
            all -> all.occupancies().stream().mapToInt(n -> n).max().orElse(0))
        .description("Users in the fullest channel")
        .register(registry);
    for (SizeRange range : RANGES) {
      gauge(
              "voice.presence.channels",
              all -> all.occupancies().stream().filter(range::holds).count())
          .description("Channels with users in them, by how many are in")
          .tag("occupancy", range.label())
          .register(registry);
    }
  }

  /** Where the store is out of reach, nothing is known, which is not the same as nobody. */
  private Gauge.Builder<CensusMetrics> gauge(String name, ToDoubleFunction<Census> value) {
    return Gauge.builder(
            name,
            this,
            metrics -> metrics.census().stream().mapToDouble(value).findFirst().orElse(Double.NaN))
        .strongReference(true);
  }

  private synchronized Optional<Census> census() {
    if (!counted || nanoTime.getAsLong() - countedAt > FRESH_NANOS) {
      census = count();
      // After the counting, which may wait for a store that does not answer: once for all gauges.
      countedAt = nanoTime.getAsLong();
      counted = true;
    }
    return census;
  }

  private Optional<Census> count() {
    try {
      return Optional.of(store.census());
    } catch (RuntimeException unavailable) {
      log.debug("Nobody can be counted", unavailable);
      return Optional.empty();
    }
  }
}
