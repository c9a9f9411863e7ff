package io.voicepresence.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server under test: pinned to cores, ready when it says so, ended by {@link #close}. */
public final class ServerProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Ready on (http://\\S+)");
  private static final Pattern WARNING = Pattern.compile(" (WARN|ERROR) ");
  private static final long READY_SECONDS = 60;
  private static final int READY_MILLIS = 5000;
  private static final int KEPT_LINES = 30;

  private final Child child;
  private final CompletableFuture<URI> ready = new CompletableFuture<>();
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final URI address;
  private final Duration startTime;

  private ServerProcess(Process process, long startedAt) {
    child = new Child(process);
    Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::readOutput);
    try {
      address = ready.get(READY_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException failed) {
      child.close();
      throw new IllegalStateException("It did not start:\n" + lastLines(), failed);
    }
    try {
      awaitReadiness();
    } catch (IllegalStateException failed) {
      child.close();
      throw failed;
    }
    startTime = Duration.ofNanos(System.nanoTime() - startedAt);
  }

  /**
   * Starts a server and waits for its line {@code Ready on http://host:port}.
   *
   * @param cores as taskset writes them: {@code 0} or {@code 0,1}
   * @param environment all that it gets, beside PATH and HOME
   */
  public static ServerProcess start(
      String cores, Path directory, Map<String, String> environment, List<String> command) {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
    pinned.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(pinned).directory(directory.toFile()).redirectErrorStream(true);
    // Settings of the shell must not get into a measurement.
    builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
    builder.environment().putAll(environment);
    try {
      long startedAt = System.nanoTime();
      return new ServerProcess(builder.start(), startedAt);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public long pid() {
    return child.process().pid();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(address.getHost(), address.getPort());
  }

  /** From the start of the process to its word that it is ready, on the wall clock. */
  public Duration startTime() {
    return startTime;
  }

  public Duration cpu() {
    return ProcessUsage.cpu(pid());
  }

  /** The last lines that it wrote. */
  public String lastLines() {
    synchronized (lastLines) {
      return String.join("\n", lastLines);
    }
  }

  @Override
  public void close() {
    child.close();
  }

  /** Asks for the service's readiness until it is given; a server without that route is ready. */
  private void awaitReadiness() {
    byte[] request = "GET /health/ready HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (System.nanoTime() < deadline) {
      try (Socket socket = new Socket()) {
        socket.connect(address());
        socket.setSoTimeout(READY_MILLIS);
        socket.getOutputStream().write(request);
        String status =
            new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        if (!status.endsWith("503")) {
          return;
        }
        Thread.sleep(1);
      } catch (IOException | InterruptedException failed) {
        throw new IllegalStateException("It does not answer:\n" + lastLines(), failed);
      }
    }
    throw new IllegalStateException("It did not become ready:\n" + lastLines());
  }

  private void readOutput() {
    try (BufferedReader lines = child.process().inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (WARNING.matcher(line).find()) {
          // It says why a round becomes void.
          System.out.println("  server: " + line);
        }
        synchronized (lastLines) {
          lastLines.addLast(line);
          if (lastLines.size() > KEPT_LINES) {
            lastLines.removeFirst();
          }
        }
        Matcher matcher = READY.matcher(line);
        if (!ready.isDone() && matcher.find()) {
          ready.complete(URI.create(matcher.group(1)));
        }
      }
    } catch (IOException ended) {
      var _ = ready.completeExceptionally(ended);
    }
    var _ = ready.completeExceptionally(new IllegalStateException("it ended"));
  }
}
