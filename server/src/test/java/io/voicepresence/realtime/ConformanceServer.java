package io.voicepresence.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;
import io.netty.channel.epoll.Epoll;
import io.voicepresence.origin.OriginPolicy;
import io.voicepresence.realtime.engineio.CloseReason;
import io.voicepresence.realtime.engineio.EngineIoSettings;
import io.voicepresence.realtime.engineio.RealtimeMetrics;
import io.voicepresence.realtime.socketio.Ack;
import io.voicepresence.realtime.socketio.ConnectDecision;
import io.voicepresence.realtime.socketio.Handshake;
import io.voicepresence.realtime.socketio.NamespaceHandler;
import io.voicepresence.realtime.socketio.SocketIoServer;
import io.voicepresence.realtime.socketio.SocketIoSettings;
import io.voicepresence.realtime.socketio.SocketIoSocket;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The server that Socket.IO's public protocol test suite expects, on our code and in Micronaut's
 * pipeline. {@code scripts/conformance-server [port [pingTimeout]]} starts it.
 */
public final class ConformanceServer {
  private static final String ENVIRONMENT = "conformance";

  /** What the suite is written for. */
  private static final int PING_TIMEOUT_MILLIS = 200;

  private ConformanceServer() {}

  public static void main(String[] args) throws InterruptedException {
    EmbeddedServer server =
        start(
            args.length > 0 ? Integer.parseInt(args[0]) : 3000,
            args.length > 1 ? Integer.parseInt(args[1]) : PING_TIMEOUT_MILLIS);
    System.out.println("Conformance server ready on port " + server.getPort());
    Thread.currentThread().join();
  }

  /**
   * Starts it in this process; port 0 stands for any free one.
   *
   * @param pingTimeout in milliseconds; tests that are about something else are more patient
   */
  public static EmbeddedServer start(int port, int pingTimeout) {
    return ApplicationContext.builder()
        .environments(ENVIRONMENT)
        .deduceEnvironment(false)
        .banner(false)
        .properties(
            Map.of(
                "micronaut.server.port",
                port == 0 ? -1 : port,
                "conformance.ping-timeout",
                pingTimeout,
                "micronaut.server.host",
                "localhost",
                "micronaut.netty.event-loops.default.transport",
                Epoll.isAvailable() ? "epoll" : "nio",
                "micronaut.server.netty.parent.event-loop-group",
                "default"))
        .build()
        .start()
        .getBean(EmbeddedServer.class)
        .start();
  }

  @Factory
  @Requires(env = ENVIRONMENT)
  static final class Beans {
    @Singleton
    @Primary
    OriginPolicy origins() {
      return OriginPolicy.of("*");
    }

    @Singleton
    @Primary
    SocketIoServer server(@Property(name = "conformance.ping-timeout") int pingTimeout) {
      NamespaceHandler echo = new Echo();
      return new SocketIoServer(
          EngineIoSettings.DEFAULT
              .withHeartbeat(Duration.ofMillis(300), Duration.ofMillis(pingTimeout))
              .withMaxPayload(1_000_000),
          SocketIoSettings.DEFAULT.withConnectTimeout(Duration.ofSeconds(1)),
          OriginPolicy.of("*"),
          RealtimeMetrics.NONE,
          Clock.systemUTC(),
          Map.of("/", echo, "/custom", echo));
    }
  }

  private static final class Echo implements NamespaceHandler {
    @Override
    public ConnectDecision onConnect(Handshake handshake) {
      JsonNode auth = handshake.auth();
      return new ConnectDecision.Accept(
          auth.isMissingNode() ? JsonNodeFactory.instance.objectNode() : auth);
    }

    @Override
    public void onConnected(SocketIoSocket socket) {
      // The suite listens for one message after the other: what arrives in one segment is lost on
      // it.
      var _ =
          socket
              .session()
              .eventLoop()
              .schedule(
                  () -> socket.emit("auth", (JsonNode) socket.attachment()),
                  20,
                  TimeUnit.MILLISECONDS);
    }

    @Override
    public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
      JsonNode[] all = args.toArray(JsonNode[]::new);
      switch (name) {
        case "message" -> socket.emit("message-back", all);
        case "message-with-ack" -> ack.send(all);
        case "disconnect-me" -> socket.disconnect();
        case "break-me" -> socket.close(CloseReason.SHUTDOWN);
        default -> {}
      }
    }
  }
}
