package io.voicepresence.presence.redis.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real Redis on a free port of loopback, without persistence, in a directory of its own.
 *
 * <p>Whatever is done to it, {@link #close()} ends it, and so does the end of the JVM.
 */
public final class RedisServer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int ATTEMPTS = 10;
  private static final Set<Process> RUNNING = Collections.newSetFromMap(new ConcurrentHashMap<>());

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final int port;
  private final Path directory;
  private final List<String> options;
  private Process process;

  private RedisServer(int port, Path directory, List<String> options) {
    this.port = port;
    this.directory = directory;
    this.options = options;
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param options more of its options, such as {@code "--maxmemory", "10mb"}
   */
  public static RedisServer start(String... options) {
    for (int attempt = 1; ; attempt++) {
      RedisServer server =
          new RedisServer(ServerBinary.freePort(), newDirectory(), List.of(options));
      try {
        server.launch();
        return server;
      } catch (IllegalStateException e) {
        server.close();
        // Another test run may have taken the port in between.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Starts one that takes TLS too, on a port of its own. */
  public static RedisServer startTls(String... options) {
    Path directory = newDirectory();
    SelfSigned.writeTo(directory);
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--tls-port", Integer.toString(ServerBinary.freePort())));
    all.addAll(List.of("--tls-auth-clients", "no"));
    all.addAll(List.of("--tls-cert-file", directory.resolve(SelfSigned.CERTIFICATE).toString()));
    all.addAll(List.of("--tls-key-file", directory.resolve(SelfSigned.KEY).toString()));
    RedisServer server = new RedisServer(ServerBinary.freePort(), directory, List.copyOf(all));
    server.launch();
    return server;
  }

  /** The address by TLS as the product's {@code REDIS_URL}; of a server of {@link #startTls}. */
  public String tlsUrl() {
    return "rediss://127.0.0.1:" + options.get(options.indexOf("--tls-port") + 1);
  }

  /** What to trust to reach {@link #tlsUrl()}: a certificate as a PEM file. */
  public Path certificate() {
    return directory.resolve(SelfSigned.CERTIFICATE);
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Its address as the product's {@code REDIS_URL}. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Its own directory; gone after {@link #close()}. */
  public Path directory() {
    return directory;
  }

  /**
   * Calls one command, on a connection of its own.
   *
   * @return as {@link RespConnection#call}
   */
  public Object command(String... command) {
    try (RespConnection connection = connect()) {
      return connection.call(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new plain connection. */
  public RespConnection connect() throws IOException {
    return new RespConnection(port, PATIENCE_MILLIS);
  }

  /** Whether the process is there, frozen or not. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /** Ends it at once, as {@code kill -9} does; clients see their connections reset. */
  public void kill() {
    // A frozen process takes SIGKILL too.
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks it to end, by SIGTERM. */
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  /** Freezes it, by SIGSTOP: connections stay open and nobody answers. */
  public void suspend() {
    signal("STOP");
  }

  /** Lets a frozen one go on. */
  public void resume() {
    signal("CONT");
  }

  /** Kills it if it still runs, and starts it again on the same port, without any data. */
  public void restart() {
    kill();
    launch();
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    delete(directory);
  }

  private void launch() {
    List<String> line = new ArrayList<>(List.of(ServerBinary.path()));
    // A Sentinel, and only this, wants a configuration file, as its first argument.
    boolean sentinel = options.contains("--sentinel");
    if (sentinel) {
      line.add(directory.resolve("sentinel.conf").toString());
    }
    line.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    line.addAll(List.of("--dir", directory.toString(), "--protected-mode", "no"));
    if (!sentinel) {
      line.addAll(List.of("--save", "", "--appendonly", "no", "--enable-debug-command", "yes"));
    }
    line.addAll(options);
    Path log = directory.resolve("log");
    try {
      if (sentinel) {
        Files.writeString(directory.resolve("sentinel.conf"), "");
      }
      process =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      RUNNING.add(process);
      Await.until(
          "a server on port " + port, () -> !process.isAlive() || answers(), ready -> ready);
      if (!process.isAlive()) {
        throw new IllegalStateException(line + " ended:\n" + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() throws IOException {
    try (RespConnection connection = connect()) {
      return "PONG".equals(connection.call("PING"));
    } catch (RespConnection.RespError e) {
      // One with a password is up, too.
      return e.getMessage().startsWith("NOAUTH");
    }
  }

  private void signal(String name) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name + " ended with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitEnd() {
    process.onExit().join();
    RUNNING.remove(process);
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("redis-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
