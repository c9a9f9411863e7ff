package io.voicepresence.realtime.room;

import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreOutage;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings replicas that may have missed something back in step with the store: one repair at a time
 * for each room, on a virtual thread, for as long as the store is out of reach and somebody
 * watches.
 */
final class Repairs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Repairs.class);

  /** A lost link brings a doubt for every channel; the store is not to drown in snapshots then. */
  private static final int AT_ONCE = 64;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** With the pauses in between about 0.8 s, more than a replicated store is ever behind. */
  private static final int PATIENT_LOOKS = 5;

  private final PresenceStore store;
  private final Duration settle;
  private final Sleeper sleeper;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final StoreOutage outage =
      new StoreOutage(log, "compare replicas with the store", System::nanoTime);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("repair-", 0).factory());
  private final LongAdder repaired = new LongAdder();
  private final LongAdder corrected = new LongAdder();
  private final LongAdder settled = new LongAdder();

  Repairs(PresenceStore store, Duration settle, Sleeper sleeper) {
    this.store = store;
    this.settle = settle;
    this.sleeper = sleeper;
  }

  /** Starts a repair. Does not block. */
  void start(Room room) {
    try {
      threads.execute(() -> run(room));
    } catch (RejectedExecutionException stopping) {
      // Nobody is sent anything any more.
    }
  }

  /** How many repairs came to their end. */
  long repaired() {
    return repaired.sum();
  }

  /** How many differences they told. */
  long corrected() {
    return corrected.sum();
  }

  /** How often one waited because the store had lost users. */
  long settled() {
    return settled.sum();
  }

  /** Ends the repairs under way. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }

  private void run(Room room) {
    try {
      repair(room);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void repair(Room room) throws InterruptedException {
    Settling settling = new Settling(settle);
    int misfits = 0;
    int pauses = 0;
    boolean announced = false;
    while (!room.closed() && !threads.isShutdown()) {
      try {
        Look look = look(room, settling.over(), misfits < PATIENT_LOOKS);
        settling.looked();
        switch (look) {
          case Look.Done(int told) -> {
            repaired.increment();
            corrected.add(told);
            return;
          }
          case Look.Again(boolean misfit) -> {
            misfits += misfit ? 1 : 0;
            pause(pauses++);
          }
          case Look.Settle(long loss) -> {
            if (settling.begins()) {
              settled.increment();
            }
            sleeper.sleep(settling.pause(loss));
          }
          case Look.Announce(long version, var changes) -> {
            // Either way the store's version is higher now, and the next look has its numbers.
            if (!store.announce(room.channel, version, changes) || announced) {
              pause(pauses++);
            }
            announced = true;
          }
        }
        outage.worked();
      } catch (RuntimeException | Error unavailable) {
        outage.failed(unavailable);
        settling.lookFailed();
        misfits = 0;
        pause(pauses++);
      }
    }
  }

  private Look look(Room room, OptionalLong settled, boolean patient) throws InterruptedException {
    ChannelSnapshot snapshot;
    permits.acquire();
    try {
      room.beginLook();
      snapshot = store.snapshot(room.channel);
    } finally {
      permits.release();
    }
    return room.look(snapshot, settled, patient);
  }

  private void pause(int before) throws InterruptedException {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(before, 10));
    sleeper.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }
}
