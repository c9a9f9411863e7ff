package io.voicepresence.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.voicepresence.presence.Census;
import io.voicepresence.presence.PresenceStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Active users and channel occupancy, counted when somebody looks. Channels are grouped by size: a
 * series for each channel would grow without bound.
 */
public final class CensusMetrics implements MeterBinder {
  /** Counting walks over all channels, and one look at the metrics asks for several gauges. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

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
  private Census census = new Census(List.of());
  private long countedAt;
  private boolean counted;

  public CensusMetrics(PresenceStore store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("voice.presence.active.users", this, metrics -> metrics.census().activeUsers())
        .description("Users in voice, over all channels")
        .strongReference(true)
        .register(registry);
    Gauge.builder(
            "voice.presence.channel.occupancy.max",
            this,
            metrics -> metrics.census().occupancies().stream().mapToInt(n -> n).max().orElse(0))
        .description("Users in the fullest channel")
        .strongReference(true)
        .register(registry);
    for (SizeRange range : RANGES) {
      Gauge.builder(
              "voice.presence.channels",
              this,
              metrics -> metrics.census().occupancies().stream().filter(range::holds).count())
          .description("Channels with users in them, by how many are in")
          .tag("occupancy", range.label())
          .strongReference(true)
          .register(registry);
    }
  }

  private synchronized Census census() {
    long now = nanoTime.getAsLong();
    if (!counted || now - countedAt > FRESH_NANOS) {
      census = store.census();
      countedAt = now;
      counted = true;
    }
    return census;
  }
}
