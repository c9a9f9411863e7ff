package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ScriptOutputType;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An installation with the few commands that its tests need. */
final class Installed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final RedisInstallation installation;
  private final EventLoopGroup loops;

  private Installed(RedisInstallation installation, EventLoopGroup loops) {
    this.installation = installation;
    this.loops = loops;
  }

  /** Opened, and whatever is there or not. */
  static Installed open(String url, X509Certificate... trusted) {
    return open(url, RedisSettings.DEFAULT_MAX_IN_FLIGHT, trusted);
  }

  static Installed open(String url, int maxInFlight, X509Certificate... trusted) {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            2, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    return new Installed(
        RedisInstallation.open(
            RedisAddress.parse(url),
            new RedisSettings(Duration.ofSeconds(1), maxInFlight, List.of(trusted)),
            loops),
        loops);
  }

  /** Opened, and connected. */
  static Installed connected(String url, X509Certificate... trusted) {
    Installed installed = open(url, trusted);
    installed.awaitReachable();
    return installed;
  }

  void awaitReachable() {
    await("to be reachable", installation::reachable);
  }

  void awaitUnreachable() {
    await("to be unreachable", () -> !installation.reachable());
  }

  static Duration await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("Waited too long " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  boolean reachable() {
    return installation.reachable();
  }

  RedisCommands commands() {
    return installation.commands();
  }

  RedisTopology topology() {
    return installation.topology();
  }

  CompletableFuture<Long> increment(String key) {
    return commands().send(key, redis -> redis.incr(key));
  }

  CompletableFuture<String> get(String key) {
    return commands()
        .send(key, redis -> redis.get(key))
        .thenApply(value -> value == null ? "" : new String(value, StandardCharsets.UTF_8));
  }

  CompletableFuture<Long> eval(String script, String... keys) {
    return commands().send(keys[0], redis -> redis.eval(script, ScriptOutputType.INTEGER, keys));
  }

  static boolean succeeds(CompletableFuture<?> command) {
    try {
      var _ = command.join();
      return true;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(RequestException.class);
      return false;
    }
  }

  /** The command fails as unavailable; how long that took. */
  static Duration unavailable(java.util.function.Supplier<CompletableFuture<?>> command) {
    long start = System.nanoTime();
    Throwable failure =
        command
            .get()
            .handle((value, error) -> error == null ? new AssertionError("" + value) : error)
            .join();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(failure)
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    return took;
  }

  @Override
  public void close() {
    installation.close();
    var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
