package io.voicepresence.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.EngineIoError;
import io.voicepresence.realtime.engineio.RealtimeMetrics;
import io.voicepresence.realtime.engineio.TransportName;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts connections and what goes over them. */
public final class RealtimeCounters implements RealtimeMetrics {
  private final AtomicLong open = new AtomicLong();
  private final LongAdder upgrades = new LongAdder();
  private final LongAdder frames = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder packets = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);

  public RealtimeCounters(MeterRegistry registry) {
    Gauge.builder("voice.presence.connections", open, AtomicLong::get)
        .description("Clients connected now")
        .register(registry);
    counter(registry, "upgrades", "Connections that went from polling to WebSocket", upgrades::sum);
    counter(registry, "frames.sent", "Packets, or several joined, handed to a client", frames::sum);
    counter(registry, "bytes.sent", "Bytes of those, as on a WebSocket", bytes::sum);
    counter(registry, "packets.received", "Packets that came from clients", packets::sum);
    counter(registry, "requests.refused", "Connection attempts that were refused", refused::sum);
    for (CloseReason reason : CloseReason.values()) {
      closed.put(
          reason,
          Counter.builder("voice.presence.connections.closed")
              .description("Connections that ended, by the reason")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void sessionOpened(TransportName transport) {
    open.incrementAndGet();
  }

  @Override
  public void sessionUpgraded() {
    upgrades.increment();
  }

  @Override
  public void sessionClosed(CloseReason reason) {
    open.decrementAndGet();
    closed.get(reason).increment();
  }

  @Override
  public void requestRefused(EngineIoError error) {
    refused.increment();
  }

  @Override
  public void framesSent(int count, long size) {
    frames.add(count);
    bytes.add(size);
  }

  @Override
  public void packetReceived(int length) {
    packets.increment();
  }

  /** A number that is read when somebody looks. */
  public static void gauge(
      MeterRegistry registry, String name, String description, Supplier<Number> value) {
    Gauge.builder("voice.presence." + name, value).description(description).register(registry);
  }

  /** A count that only rises, read when somebody looks. */
  public static void counter(
      MeterRegistry registry, String name, String description, LongSupplier value) {
    FunctionCounter.builder("voice.presence." + name, value, LongSupplier::getAsLong)
        .description(description)
        .register(registry);
  }
}
