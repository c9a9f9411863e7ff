package io.voicepresence.presence.redis.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which server the tests run: system property {@code redis.server}, else environment variable
 * {@code REDIS_SERVER}, else what {@code scripts/redis-server} finds.
 */
final class ServerBinary {
  private static final String PATH = find();

  private ServerBinary() {}

  static String path() {
    return PATH;
  }

  /**
   * A port that is free, and whose Cluster bus (ten thousand above) is free too.
   *
   * <p>Both lie below the range that systems give to outgoing connections, so none of these can
   * take the port while a server restarts on it.
   */
  static int freePort() {
    int port;
    do {
      port = ThreadLocalRandom.current().nextInt(10_000, 22_000);
    } while (!isFree(port) || !isFree(port + 10_000));
    return port;
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static String find() {
    String named = System.getProperty("redis.server", System.getenv("REDIS_SERVER"));
    if (named != null) {
      return named;
    }
    String script = Path.of("..", "scripts", "redis-server").toString();
    try {
      Process process =
          new ProcessBuilder(script).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String path =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException(script + " ended with status " + status);
      }
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
