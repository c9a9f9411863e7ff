package io.voicepresence.bench.load;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Requests over connections that stay open, one at a time on each. All state belongs to the load's
 * event loop; the public methods may be called from any other thread.
 */
public final class HttpLoad implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long TICK_MICROS = 500;

  private final EventLoop loop;
  private final List<HttpConnection> connections = new ArrayList<>();
  private final Deque<HttpConnection> free = new ArrayDeque<>();
  private CompletableFuture<HttpResult> result = new CompletableFuture<>();
  private Histogram latencies = new Histogram(HIGHEST_NANOS, 3);
  private IntFunction<byte[]> requests = _ -> new byte[0];
  private long startedAt;
  private double perSecond;
  private int wanted;
  private int begun;
  private int answered;
  private int failed;
  private String firstFailure = "";

  private HttpLoad(EventLoop loop) {
    this.loop = loop;
  }

  /** Opens connections. */
  public static HttpLoad open(LoadLoop load, InetSocketAddress address, int connections) {
    HttpLoad http = new HttpLoad(load.loop());
    for (int i = 0; i < connections; i++) {
      HttpConnection connection = new HttpConnection(http);
      load.connect(address, connection).syncUninterruptibly();
      http.connections.add(connection);
    }
    return http;
  }

  /** Sends so many requests, the next on a connection as soon as it has its answer. */
  public HttpResult run(int count, IntFunction<byte[]> numbered) {
    return run(count, numbered, Double.POSITIVE_INFINITY);
  }

  /** Sends so many requests at scheduled times. Latency counts from these. */
  public HttpResult run(int count, IntFunction<byte[]> numbered, double requestsPerSecond) {
    CompletableFuture<HttpResult> awaited = new CompletableFuture<>();
    loop.execute(() -> begin(count, numbered, requestsPerSecond, awaited));
    try {
      HttpResult done = awaited.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (done.failed() > 0) {
        throw new LoadException(done.failed() + " requests failed, one with " + firstFailure);
      }
      return done;
    } catch (TimeoutException | InterruptedException | ExecutionException stuck) {
      throw new LoadException("HTTP: %d of %d answered".formatted(answered, count), stuck);
    }
  }

  @Override
  public void close() {
    loop.execute(() -> connections.forEach(HttpConnection::close));
  }

  /** An answer came. */
  void answered(HttpConnection connection, long intendedAt, boolean success, String head) {
    latencies.recordValue(Math.min(HIGHEST_NANOS, Math.max(0, System.nanoTime() - intendedAt)));
    answered++;
    if (!success) {
      failed++;
      firstFailure = head;
    }
    free.addLast(connection);
    if (answered == wanted) {
      result.complete(new HttpResult(answered, failed, System.nanoTime() - startedAt, latencies));
    } else {
      sendDue();
    }
  }

  /** A connection ended: no answer will come. */
  void broken(String reason) {
    var _ = result.completeExceptionally(new LoadException("HTTP: " + reason));
  }

  private void begin(
      int count,
      IntFunction<byte[]> numbered,
      double requestsPerSecond,
      CompletableFuture<HttpResult> awaited) {
    result = awaited;
    latencies = new Histogram(HIGHEST_NANOS, 3);
    requests = numbered;
    perSecond = requestsPerSecond;
    wanted = count;
    begun = answered = failed = 0;
    free.clear();
    free.addAll(connections);
    startedAt = System.nanoTime();
    sendDue();
  }

  private void sendDue() {
    while (begun < wanted && !free.isEmpty()) {
      long now = System.nanoTime();
      long at = startedAt + (long) (begun * 1e9 / perSecond);
      if (at > now) {
        var _ =
            loop.schedule(
                this::sendDue, Math.min(at - now, TICK_MICROS * 1000), TimeUnit.NANOSECONDS);
        return;
      }
      free.removeFirst()
          .send(requests.apply(begun), perSecond == Double.POSITIVE_INFINITY ? now : at);
      begun++;
    }
  }
}
