package io.voicepresence.ops;

import io.voicepresence.error.RequestException;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.presence.LiveSockets;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.StoreOutage;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does by the clock: prolong the deadlines of those whose sockets live, announce those
 * whose deadline passed, forget what is not needed any more.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration FORGET_INTERVAL = Duration.ofSeconds(30);

  /** Rounds come every 250 ms: with such a gap this process itself stood still. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  /** Twenty rounds. */
  private static final Duration STALLED_AFTER = Duration.ofSeconds(5);

  private final LiveSockets liveSockets;
  private final PresenceService presence;
  private final CommandLimiter limiter;
  private final ScheduledExecutorService prolonging = timer("prolonging");
  private final ScheduledExecutorService sweeping = timer("sweeping");
  private final Duration prolongInterval;
  private final LongSupplier nanoTime;
  private final StoreOutage sweepOutage;

  /** When the last round of each kind was done. */
  private volatile long prolongingFinishedAt;

  private volatile long sweepingFinishedAt;

  /** When the last prolonging that is done began. */
  private volatile long prolongedAt;

  private long forgotAt;

  /** Nobody is announced before a prolonging that began after this. Touched by the sweeper only. */
  private long wokeAt;

  /** Whether the last round of prolonging came to nothing. */
  private boolean failing;

  /**
   * @param prolongInterval as in {@link PresenceSettings#prolongInterval}
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public Housekeeping(
      LiveSockets liveSockets,
      PresenceService presence,
      CommandLimiter limiter,
      Duration prolongInterval,
      LongSupplier nanoTime) {
    this.liveSockets = liveSockets;
    this.presence = presence;
    this.limiter = limiter;
    this.prolongInterval = prolongInterval;
    this.nanoTime = nanoTime;
    this.sweepOutage = new StoreOutage(log, "announce expired users", nanoTime);
    this.prolongedAt = nanoTime.getAsLong();
    this.forgotAt = prolongedAt;
    this.wokeAt = prolongedAt;
    this.prolongingFinishedAt = prolongedAt;
    this.sweepingFinishedAt = prolongedAt;
  }

  private static ScheduledExecutorService timer(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("housekeeping-" + name).daemon().factory());
  }

  /** Begins both kinds of rounds, which do not wait for each other. */
  public void start() {
    long interval = PresenceSettings.SWEEP_INTERVAL.toMillis();
    var _ =
        prolonging.scheduleWithFixedDelay(
            this::prolongingRound, interval, interval, TimeUnit.MILLISECONDS);
    var _ =
        sweeping.scheduleWithFixedDelay(
            this::sweepingRound, interval, interval, TimeUnit.MILLISECONDS);
  }

  /** Whether the rounds stand still, so that nobody is prolonged or nobody announced. */
  public boolean stalled() {
    long now = nanoTime.getAsLong();
    return now - prolongingFinishedAt > STALLED_AFTER.toNanos()
        || now - sweepingFinishedAt > STALLED_AFTER.toNanos();
  }

  /** Waits for the rounds under way, and sweeps once more: what this node owes goes with it. */
  @Override
  public void close() {
    prolonging.close();
    sweeping.close();
    attempt("announce expired users", this::sweep);
  }

  /** Prolongs, where it is time. */
  void prolongingRound() {
    long now = nanoTime.getAsLong();
    // At once when a failing store is back: replicas wait but 3 s for users that it lost.
    if (failing || now - prolongedAt >= prolongInterval.toNanos()) {
      attempt("prolong deadlines", this::prolong);
      prolongedAt = now;
    }
    prolongingFinishedAt = nanoTime.getAsLong();
  }

  /** Announces and forgets what is over. */
  void sweepingRound() {
    long now = nanoTime.getAsLong();
    if (now - sweepingFinishedAt > PAUSE.toNanos()) {
      wokeAt = now;
    }
    // Prolonging comes first: after a pause of the whole process the living must not be announced.
    if (prolongedAt >= wokeAt) {
      attempt("announce expired users", this::sweep);
    }
    if (now - forgotAt >= FORGET_INTERVAL.toNanos()) {
      forgotAt = now;
      attempt("forget idle users", limiter::forgetIdle);
    }
    sweepingFinishedAt = nanoTime.getAsLong();
  }

  private void prolong() {
    failing = !liveSockets.prolongAll();
  }

  private void sweep() {
    try {
      presence.cleanupExpiredPresence();
      sweepOutage.worked();
    } catch (RequestException unavailable) {
      sweepOutage.failed(unavailable);
    }
  }

  /** One failure must not end the rounds. */
  private static void attempt(String what, Runnable step) {
    try {
      step.run();
    } catch (Throwable failed) {
      // An Error too: the timer would drop a task that threw, and nobody would expire any more.
      log.error("Failed to {}", what, failed);
    }
  }
}
