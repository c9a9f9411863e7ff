package io.voicepresence.presence.redis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChaosProxyTest {
  private final RedisServer server = RedisServer.start();
  private final ChaosProxy proxy = ChaosProxy.before(server);

  @AfterEach
  void close() {
    proxy.close();
    server.close();
  }

  @Test
  void passesOnLateWhatItIsToldToDelay() throws IOException {
    try (RespConnection connection = connect()) {
      proxy.delay(Duration.ofMillis(100));
      long start = System.nanoTime();
      assertThat(connection.call("PING")).isEqualTo("PONG");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  @Test
  void swallowsWithoutAWordAndDeliversWhenRepaired() throws IOException {
    try (RespConnection connection = connect()) {
      proxy.blackhole();
      assertThatThrownBy(() -> connection.call("PING")).isInstanceOf(SocketTimeoutException.class);
      proxy.repair();
      assertThat(connection.read()).isEqualTo("PONG");
    }
  }

  @Test
  void swallowsOnlyWhatSubscribersGet() throws IOException {
    try (RespConnection subscriber = connect();
        RespConnection connection = connect()) {
      assertThat(subscriber.call("SSUBSCRIBE", "a")).isEqualTo(List.of("ssubscribe", "a", 1L));
      proxy.blackholeSubscribers();
      assertThat(connection.call("SPUBLISH", "a", "hello")).isEqualTo(1L);
      assertThatThrownBy(subscriber::read).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void carriesTheRequestOutWhoseReplyItDrops() throws IOException {
    try (RespConnection connection = connect()) {
      proxy.dropRepliesAfter("+OK\r\n".length());
      assertThat(connection.call("SET", "a", "1")).isEqualTo("OK");
      assertThatThrownBy(() -> connection.call("SET", "a", "2"))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(server.command("GET", "a")).isEqualTo("2");
      proxy.repair();
      assertThatThrownBy(() -> connection.call("PING")).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void resetsWhatIsConnected() throws IOException {
    try (RespConnection connection = connect()) {
      connection.call("PING");
      proxy.reset();
      assertThatThrownBy(() -> connection.call("PING")).isInstanceOf(SocketException.class);
    }
    try (RespConnection next = connect()) {
      assertThat(next.call("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void endsRepliesButTakesRequestsWhenHalfClosed() throws IOException {
    try (RespConnection connection = connect()) {
      connection.call("PING");
      proxy.halfClose();
      assertThatThrownBy(() -> connection.call("SET", "a", "1")).isInstanceOf(EOFException.class);
      Await.until("the write", () -> server.command("GET", "a"), "1"::equals);
    }
  }

  private RespConnection connect() throws IOException {
    return new RespConnection(proxy.port(), 300);
  }
}
