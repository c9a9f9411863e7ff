package io.voicepresence.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Redis of the tests' kind on a free port, without persistence. */
public final class RedisServer implements AutoCloseable {
  private static final long START_SECONDS = 10;

  private final Child child;
  private final InetSocketAddress address;

  private RedisServer(Process process, InetSocketAddress address) {
    child = new Child(process);
    this.address = address;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param binary the path of redis-server
   * @param cores where it runs, as taskset writes it
   */
  public static RedisServer start(Path binary, String cores) {
    int port = freePort();
    List<String> command =
        List.of(
            "taskset",
            "-c",
            cores,
            binary.toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--maxclients",
            "1000");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      RedisServer redis =
          new RedisServer(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      redis.awaitAnswer();
      return redis;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public InetSocketAddress address() {
    return address;
  }

  public long pid() {
    return child.process().pid();
  }

  public Duration cpu() {
    return ProcessUsage.cpu(pid());
  }

  @Override
  public void close() {
    child.close();
  }

  private void awaitAnswer() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try (RedisConnection connection = new RedisConnection(address)) {
        var _ = connection.call("PING");
        return;
      } catch (UncheckedIOException notYet) {
        if (System.nanoTime() > deadline || !child.process().isAlive()) {
          close();
          throw notYet;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
