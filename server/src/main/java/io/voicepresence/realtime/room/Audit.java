package io.voicepresence.realtime.room;

import io.voicepresence.presence.PresenceStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares every replica with the store from time to time: a last event that was lost is followed
 * by none that would show the gap. The rooms are spread over the interval.
 */
final class Audit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Audit.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int AT_ONCE = 16;

  private final PresenceStore store;
  private final Supplier<Collection<Room>> rooms;
  private final RepairSettings settings;
  private final Sleeper sleeper;
  private final int ticks;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final Set<Room> underWay = ConcurrentHashMap.newKeySet();
  private final LongAdder found = new LongAdder();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("audit").daemon().factory());
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("audit-", 0).factory());

  private List<Room> round = List.of();
  private int tick;

  Audit(
      PresenceStore store,
      Supplier<Collection<Room>> rooms,
      RepairSettings settings,
      Sleeper sleeper) {
    this.store = store;
    this.rooms = rooms;
    this.settings = settings;
    this.sleeper = sleeper;
    this.ticks = Math.toIntExact(Math.max(1, settings.audit().dividedBy(TICK)));
  }

  void start() {
    long interval = TICK.toMillis();
    var _ = timer.scheduleAtFixedRate(this::tick, interval, interval, TimeUnit.MILLISECONDS);
  }

  /** How many replicas were found to differ from the store for longer than an event takes. */
  long found() {
    return found.sum();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    threads.shutdownNow();
    timer.close();
    threads.close();
  }

  /** Takes the next part of the rooms. One thread. */
  void tick() {
    try {
      if (tick == 0) {
        round = List.copyOf(rooms.get());
      }
      int from = part(tick);
      tick = (tick + 1) % ticks;
      int to = tick == 0 ? round.size() : part(tick);
      round.subList(from, to).forEach(this::begin);
    } catch (Throwable failed) {
      // An Error too: the timer would drop a task that threw.
      log.error("Failed to compare replicas", failed);
    }
  }

  private int part(int number) {
    return Math.toIntExact((long) round.size() * number / ticks);
  }

  private void begin(Room room) {
    if (settings.whole()) {
      // A repair without a difference is silent.
      room.onDoubt();
    } else if (underWay.add(room)) {
      try {
        threads.execute(() -> compare(room));
      } catch (RejectedExecutionException stopping) {
        underWay.remove(room);
      }
    }
  }

  private void compare(Room room) {
    try {
      OptionalLong first = room.version();
      if (first.isPresent() && differs(room, first.getAsLong())) {
        sleeper.sleep(settings.secondLook());
        if (room.version().equals(first) && differs(room, first.getAsLong())) {
          found.increment();
          room.onDoubt();
        }
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException unavailable) {
      // Said by all who need the store more; the next round comes.
      log.debug("Failed to compare channel {}", room.channel, unavailable);
    } finally {
      underWay.remove(room);
    }
  }

  /** An empty channel whose version the store let go is the same as before. */
  private boolean differs(Room room, long shown) throws InterruptedException {
    permits.acquire();
    try {
      long stored = store.version(room.channel);
      return stored != shown && (stored != 0 || room.hasUsers());
    } finally {
      permits.release();
    }
  }
}
