package io.voicepresence.limit;

import io.voicepresence.channel.UserId;
import io.voicepresence.error.RequestException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds the commands of one user, over all of its connections to this node: so many a second on
 * average, and so many at once. One who sends more harms nobody else.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371): a user's whole state is the moment at which the
 * commands taken so far would be paid off.
 */
public final class CommandLimiter {
  private final ConcurrentHashMap<UserId, Long> paidOffAt = new ConcurrentHashMap<>();
  private final long nanosPerCommand;
  private final long burstNanos;
  private final int mostAtOnce;
  private final LongSupplier nanoTime;

  /**
   * @param perSecond commands a second and user, at least 1
   * @param burst commands at once, at least 1
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public CommandLimiter(int perSecond, int burst, LongSupplier nanoTime) {
    this.nanosPerCommand = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.burstNanos = nanosPerCommand * burst;
    // The command that brings them is counted too.
    this.mostAtOnce = Math.max(1, burst - 1);
    this.nanoTime = nanoTime;
  }

  /**
   * Counts one command.
   *
   * @throws RequestException {@code rate_limited}, with the time to wait
   */
  public void admit(UserId user) {
    admit(user, 1);
  }

  /**
   * Counts what costs as much as several commands.
   *
   * @param commands how many; more than a burst cost no more than that, or they would never be
   *     taken
   * @throws RequestException {@code rate_limited}, with the time to wait
   */
  public void admit(UserId user, int commands) {
    long cost = nanosPerCommand * Math.min(commands, mostAtOnce);
    long now = nanoTime.getAsLong();
    long[] wait = {0};
    paidOffAt.compute(
        user,
        (id, old) -> {
          long start = old == null || old - now < 0 ? now : old;
          wait[0] = start + cost - burstNanos - now;
          return wait[0] > 0 ? old : Long.valueOf(start + cost);
        });
    if (wait[0] > 0) {
      throw RequestException.rateLimited(
          "Too many commands of user " + user + ": slow down", Duration.ofNanos(wait[0]));
    }
  }

  /** Forgets the users who have nothing to pay off. Call it now and then. */
  public void forgetIdle() {
    long now = nanoTime.getAsLong();
    paidOffAt.values().removeIf(moment -> moment - now < 0);
  }

  /** How many users are remembered. */
  public int size() {
    return paidOffAt.size();
  }
}
