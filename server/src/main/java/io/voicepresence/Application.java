package io.voicepresence;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.micronaut.runtime.server.EmbeddedServer;
import io.netty.channel.epoll.Epoll;
import io.voicepresence.config.Settings;
import io.voicepresence.http.HttpLimits;
import io.voicepresence.ops.Housekeeping;
import io.voicepresence.ops.Logging;
import io.voicepresence.ops.Readiness;
import io.voicepresence.ops.StoreHealth;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.room.Rooms;
import io.voicepresence.realtime.socketio.SocketIoServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: everything that {@link Wiring} puts together, listening. */
public final class Application implements AutoCloseable {
  static final String DEMO = "voice-presence.demo";

  /** How long a start waits for the store's first answer. */
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(2);

  private static final long STORE_POLL_MILLIS = 10;

  private static final Logger log = LoggerFactory.getLogger(Application.class);

  private final ApplicationContext context;
  private final EmbeddedServer server;

  private Application(ApplicationContext context, EmbeddedServer server) {
    this.context = context;
    this.server = server;
  }

  /**
   * Starts a server and returns when it takes requests.
   *
   * @throws io.micronaut.http.server.exceptions.ServerStartupException when it cannot listen
   */
  public static Application start(Settings settings) {
    ApplicationContext context =
        ApplicationContext.builder()
            .banner(false)
            .deduceEnvironment(false)
            // Settings come from one place, whose mistakes are reported: not from here.
            .environmentPropertySource(false)
            .properties(properties(settings))
            .singletons(settings)
            .start();
    try {
      // Made now, so that a mistake in the wiring ends the start and not the first connection.
      context.getBean(SocketIoServer.class);
      EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
      context.getBean(Rooms.class).start();
      awaitStore(context.getBean(StoreHealth.class));
      context.getBean(Housekeeping.class).start();
      context.getBean(Readiness.class).ready();
      return new Application(context, server);
    } catch (RuntimeException failed) {
      context.close();
      throw failed;
    }
  }

  /** So that a node which says that it is ready mostly is; one without its store starts too. */
  private static void awaitStore(StoreHealth health) {
    long since = System.nanoTime();
    while (!health.store().getAsBoolean() || !health.feed().getAsBoolean()) {
      if (System.nanoTime() - since > STORE_PATIENCE.toNanos()) {
        log.warn(
            "The store cannot be reached yet: until it can, this node is not ready, and answers that"
                + " it is unavailable");
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(STORE_POLL_MILLIS);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Where it listens; with the real port where a free one was asked for. */
  public URI uri() {
    return server.getURI();
  }

  /**
   * Stops: no new connections, sockets closed in a way that makes their clients come back
   * elsewhere.
   */
  @Override
  public void close() {
    try {
      stop();
    } finally {
      Logging.flush();
    }
  }

  private void stop() {
    log.info("Stopping");
    context.getBean(Readiness.class).stopping();
    Duration grace = context.getBean(Settings.class).listener().shutdownGrace();
    await(
        "clients that fetch their goodbye",
        context.getBean(SocketIoServer.class).closeAll(CloseReason.SHUTDOWN),
        grace);
    // No more HTTP requests are taken, and those under way are answered.
    await(
        "requests",
        context.getBean(GracefulShutdownManager.class).shutdownGracefully().toCompletableFuture(),
        grace);
    context.getBean(Housekeeping.class).close();
    context.getBean(Rooms.class).close();
    context.close();
    log.info("Stopped");
  }

  private static void await(String what, CompletableFuture<?> finished, Duration longest) {
    try {
      finished.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      log.warn("There are still {} after {}: ending them", what, longest);
    } catch (ExecutionException failed) {
      log.warn("Failed to wait for {}", what, failed);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, Object> properties(Settings settings) {
    Settings.Listener listener = settings.listener();
    Map<String, Object> properties = new HashMap<>();
    properties.put("micronaut.application.name", "voice-presence");
    properties.put("micronaut.server.host", listener.host());
    properties.put("micronaut.server.port", listener.port());
    properties.put("micronaut.server.max-request-size", HttpLimits.MAX_BODY_BYTES);
    properties.put("micronaut.server.netty.max-header-size", HttpLimits.MAX_HEADER_BYTES);
    properties.put(
        "micronaut.server.netty.max-initial-line-length", HttpLimits.MAX_REQUEST_LINE_BYTES);
    // One group of loops accepts and serves, so that no second one lies idle.
    properties.put("micronaut.server.netty.parent.event-loop-group", "default");
    properties.put(
        "micronaut.netty.event-loops.default.transport", Epoll.isAvailable() ? "epoll" : "nio");
    // Which origins may call is http.CrossOrigin's matter alone.
    properties.put("micronaut.server.cors.localhost-pass-through", true);
    properties.put(DEMO, settings.demo());
    return properties;
  }
}
