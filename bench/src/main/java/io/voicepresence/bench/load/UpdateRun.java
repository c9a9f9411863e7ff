package io.voicepresence.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** One run of updates over a crowd, in which each delivery is checked. */
abstract class UpdateRun implements DeliverySink {
  private static final int CHANNEL_ID_AT =
      "42[\"VOICE_CHANNEL_USER_UPDATED\",{\"channelId\":\"".length();

  /** What may be on its way when the last event was sent has this long to arrive. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** When all is there, this long no second copy of anything must come. */
  private static final long QUIET_NANOS = Duration.ofMillis(50).toNanos();

  private static final long HIGHEST_NANOS = Duration.ofMinutes(2).toNanos();

  private final Crowd crowd;
  private final Duration patience;
  private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
  private final Histogram latencies = new Histogram(HIGHEST_NANOS, 3);
  private long startedAt;
  private long sent;
  private long deliveries;
  private long outstanding;
  private long drainedAt;
  private long deliveredAt;
  private Future<?> drain;

  /**
   * @param patience how long the last events may take
   */
  UpdateRun(Crowd crowd, Duration patience) {
    this.crowd = crowd;
    this.patience = patience;
  }

  /** Runs, and waits for the last delivery. */
  final LoadResult run(Duration duration) {
    crowd.loop().execute(() -> begin(duration));
    long longest = duration.plus(patience).plus(patience).toNanos();
    try {
      return result.get(longest, TimeUnit.NANOSECONDS);
    } catch (TimeoutException stuck) {
      throw new LoadException("The run did not end", stuck);
    } catch (InterruptedException | ExecutionException failed) {
      throw new LoadException(String.valueOf(failed.getCause()), failed);
    }
  }

  @Override
  public final void event(
      SocketClient socket, byte kind, ByteBuf buffer, int at, int length, long now) {
    if (kind == 'J') {
      return; // The speakers' own joins, which may still be under way when a run begins.
    }
    WatchedChannel watched = socket.watched();
    int number =
        kind == 'U' && watched.isNamedAt(buffer, at + CHANNEL_ID_AT)
            ? watched.numberIn(buffer, at, length)
            : -1;
    if (number < 0) {
      crowd.tally().stray();
      return;
    }
    long event = socket.sequence().accept(number, crowd.tally());
    if (event >= 0) {
      deliveries++;
      deliveredAt = now;
      outstanding--;
      if (crowd.isTimed(socket)) {
        latencies.recordValue(Math.min(HIGHEST_NANOS, Math.max(0, now - watched.intended(event))));
      }
      delivered();
    }
  }

  /** Begins to send until a moment. */
  abstract void start(long until);

  /** Called for each delivery. */
  abstract void delivered();

  final Crowd crowd() {
    return crowd;
  }

  final long outstanding() {
    return outstanding;
  }

  /** Sends the next event; they go around the channels. */
  final void speak(long intendedAt) {
    WatchedChannel watched = crowd.channels().get((int) (sent % crowd.channels().size()));
    sent++;
    outstanding += watched.sockets();
    watched.speak(intendedAt);
  }

  /** No more is sent: ends the run when all is delivered, or when it takes too long. */
  final void stopSending() {
    long deadline = System.nanoTime() + patience.toNanos();
    drain = crowd.loop().scheduleAtFixedRate(() -> drain(deadline), 0, 1, TimeUnit.MILLISECONDS);
  }

  private void drain(long deadline) {
    long now = System.nanoTime();
    if (outstanding > 0) {
      drainedAt = 0;
    } else if (drainedAt == 0) {
      drainedAt = now;
    }
    if ((drainedAt > 0 && now - drainedAt > QUIET_NANOS) || now > deadline) {
      drain.cancel(false);
      finish();
    }
  }

  private void begin(Duration duration) {
    crowd.tally().clear();
    crowd.deliverTo(this);
    startedAt = System.nanoTime();
    start(startedAt + duration.toNanos());
  }

  private void finish() {
    for (SocketClient socket : crowd.sockets()) {
      socket.sequence().finish(socket.watched().sent(), crowd.tally());
    }
    long took = (drainedAt > 0 ? drainedAt : System.nanoTime()) - startedAt;
    result.complete(
        new LoadResult(
            sent, deliveries, Duration.ofNanos(took), latencies, crowd.tally().faults() + late()));
  }

  /** A server that is overloaded loses nothing, but to wait for it has an end. */
  private String late() {
    boolean stillComing = System.nanoTime() - deliveredAt < patience.toNanos() / 2;
    return outstanding > 0 && stillComing
        ? " or late: deliveries still came when the wait for them was over"
        : "";
  }
}
